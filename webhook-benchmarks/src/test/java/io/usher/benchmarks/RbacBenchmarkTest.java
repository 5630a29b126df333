package io.usher.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RbacBenchmarkTest {

  @Test
  void someRequestsAreAllowedAndSomeAreNot() {
    var benchmark = new RbacBenchmark();
    benchmark.prepare();
    int allowed = 0;
    for (int i = 0; i < 4096; i++) {
      allowed += benchmark.decide().allowed() ? 1 : 0;
    }
    assertThat(allowed).isBetween(100, 4000);
  }
}
