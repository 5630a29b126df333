package io.usher.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenFileTest {

  @TempDir Path folder;

  @Test
  void missingFileFailsWithWhatItWouldHold() {
    assertThatThrownBy(
            () -> new GoldenFile(folder.resolve("none.yaml"), false).check("decision: x"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("none.yaml is missing; -Dusher.golden.update=true writes:")
        .hasMessageContaining("decision: x");
  }

  @Test
  void otherContentFails() throws IOException {
    Path file = Files.writeString(folder.resolve("it.yaml"), "decision: denied\n");

    assertThatThrownBy(() -> new GoldenFile(file, false).check("decision: allowed\n"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("decision: denied")
        .hasMessageContaining("decision: allowed");
  }

  @Test
  void updateWritesTheFile() {
    Path file = folder.resolve("new/it.yaml");

    new GoldenFile(file, true).check("decision: allowed\n");

    assertThat(file).hasContent("decision: allowed\n");
    assertThatCode(() -> new GoldenFile(file, false).check("decision: allowed\n"))
        .doesNotThrowAnyException();
  }
}
