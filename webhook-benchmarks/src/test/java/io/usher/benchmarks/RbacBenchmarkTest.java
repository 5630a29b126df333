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
    for (int i = 0; i < 4096; i++) {
      allowed += benchmark.decideWhileRolesChange().allowed() ? 1 : 0;
    }
    assertThat(allowed).isBetween(200, 8000);
  }

  /** With all that decisions keep for the next ones. */
  @Test
  void policiesTakeLessThan200Megabytes() {
    long before = used();
    var benchmark = new RbacBenchmark();
    benchmark.prepare();
    for (int i = 0; i < 4096; i++) {
      benchmark.decide();
    }
    assertThat(used() - before).isLessThan(200_000_000);
    // Still there, or nothing would have been measured.
    assertThat(benchmark.decide()).isNotNull();
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
