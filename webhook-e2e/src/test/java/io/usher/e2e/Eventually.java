package io.usher.e2e;

import java.time.Duration;
import java.time.Instant;

/** For what the API server's caches take a moment to see. */
final class Eventually {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Eventually() {}

  /** Runs the assertion until it holds; its last failure is the test's. */
  static void eventually(Runnable assertion) {
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      try {
        assertion.run();
        return;
      } catch (AssertionError e) {
        if (Instant.now().isAfter(end)) {
          throw e;
        }
        TestNamespace.pause(Duration.ofMillis(100));
      }
    }
  }
}
