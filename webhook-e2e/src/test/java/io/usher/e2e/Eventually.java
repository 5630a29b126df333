package io.usher.e2e;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** For what the API server's caches take a moment to see. */
final class Eventually {

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private Eventually() {}

  /** Runs the assertion until it holds; its last failure is the test's. */
  static void eventually(ThrowingRunnable assertion) {
    Awaitility.await().atMost(PATIENCE).untilAsserted(assertion);
  }
}
