package io.usher.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VectorTest {

  /** One or more for each rule; the expected documents are those of Kubernetes 1.36. */
  @Test
  void ownVectorsHold() throws Exception {
    VectorRunner runner =
        VectorRunner.run(Path.of(VectorTest.class.getResource("vectors.json").toURI()));

    assertThat(runner.failed()).isEmpty();
    assertThat(runner.avoided()).isEmpty();
    assertThat(runner.passed()).isGreaterThan(120);
  }

  @Test
  void vectorsOfTheNamedFileHold() throws Exception {
    String file = System.getProperty("usher.patch.vectors");
    assumeTrue(file != null, "usher.patch.vectors names no file of vectors");

    VectorRunner runner = VectorRunner.run(Path.of(file));

    System.out.println(runner.summary());
    assertThat(runner.failed()).isEmpty();
    assertThat(runner.passed()).isPositive();
  }
}
