package io.usher.apiserver.storage.etcd;

import java.time.Duration;
import java.util.Random;

/**
 * How long to wait before the next try: twice as long each time, up to a limit, and each time a
 * random part of it, so that the servers of a cluster do not come back to etcd all at once. For one
 * thread at a time.
 */
final class Backoff {

  static final Duration FIRST = Duration.ofMillis(100);
  static final Duration LONGEST = Duration.ofSeconds(5);

  private final Random random;
  private long next = FIRST.toMillis();

  Backoff(Random random) {
    this.random = random;
  }

  /** Between a half and the whole of what it is by now. */
  Duration next() {
    long whole = next;
    next = Math.min(2 * whole, LONGEST.toMillis());
    return Duration.ofMillis(whole / 2 + (long) (random.nextDouble() * (whole - whole / 2)));
  }

  /** All is well: the next wait is short. */
  void reset() {
    next = FIRST.toMillis();
  }
}
