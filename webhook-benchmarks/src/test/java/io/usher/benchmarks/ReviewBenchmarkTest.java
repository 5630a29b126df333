package io.usher.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReviewBenchmarkTest {

  @ParameterizedTest
  @EnumSource(Body.class)
  void eachWayGivesAnAnswer(Body body) throws IOException {
    var benchmark = new ReviewBenchmark();
    benchmark.size = body.name();
    benchmark.prepare();
    assertThat(benchmark.tree().status()).isEqualTo(200);
    assertThat(benchmark.typed().status()).isEqualTo(200);
    assertThat(benchmark.untouching().status()).isEqualTo(200);
  }
}
