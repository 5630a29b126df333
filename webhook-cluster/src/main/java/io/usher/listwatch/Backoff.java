package io.usher.listwatch;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses between tries: each twice as long as the one before, drawn from its upper half. */
final class Backoff {

  private final long minMillis;
  private final long maxMillis;
  private final RandomGenerator random;
  private long nextMillis;

  Backoff(Duration min, Duration max, RandomGenerator random) {
    this.minMillis = min.toMillis();
    this.maxMillis = max.toMillis();
    this.random = random;
    reset();
  }

  /** All is well: the next pause is a short one. */
  void reset() {
    nextMillis = minMillis;
  }

  /**
   * The next pause.
   *
   * @param atLeast what the API server asked for; no more than the longest pause counts
   */
  Duration next(Duration atLeast) {
    long whole = nextMillis;
    nextMillis = Math.min(maxMillis, whole * 2);
    long asked = Math.min(maxMillis, atLeast.toMillis());
    // Also what is asked for is asked of all clients at once.
    return Duration.ofMillis(Math.max(whole / 2, asked) + random.nextLong(whole / 2 + 1));
  }
}
