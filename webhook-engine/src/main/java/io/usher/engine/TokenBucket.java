package io.usher.engine;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** So many things in a second, and some more at once after a quiet time. Thread-safe. */
public final class TokenBucket {

  private final long nanosPerToken;
  private final long capacityNanos;
  private final Ticker ticker;

  /** When the bucket was, or will be, empty. */
  private long emptyNanos;

  /**
   * A full bucket.
   *
   * @param burst how many at once
   */
  public TokenBucket(int perSecond, int burst, Ticker ticker) {
    this.nanosPerToken = TimeUnit.SECONDS.toNanos(1) / perSecond;
    this.capacityNanos = nanosPerToken * burst;
    this.ticker = ticker;
    this.emptyNanos = ticker.nanos() - capacityNanos;
  }

  /** Takes a token; for how long to wait for it. */
  public synchronized Duration take() {
    long now = ticker.nanos();
    if (now - emptyNanos > capacityNanos) {
      emptyNanos = now - capacityNanos;
    }
    emptyNanos += nanosPerToken;
    return Duration.ofNanos(Math.max(0, emptyNanos - now));
  }

  /** Takes a token if there is one. */
  public synchronized boolean tryTake() {
    boolean free = ticker.nanos() - emptyNanos >= nanosPerToken;
    if (free) {
      take();
    }
    return free;
  }
}
