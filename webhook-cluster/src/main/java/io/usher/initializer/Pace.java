package io.usher.initializer;

import io.usher.engine.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Spreads changes over time. Thread-safe. */
final class Pace {

  private final long intervalNanos;
  private final Ticker ticker;
  private final Pause pause;
  private long nextNanos;

  /**
   * A pace.
   *
   * @param perSecond the most changes in a second; 0 for no bound
   */
  Pace(double perSecond, Ticker ticker, Pause pause) {
    this.intervalNanos = perSecond == 0 ? 0 : (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
    this.ticker = ticker;
    this.pause = pause;
    this.nextNanos = ticker.nanos();
  }

  /** Waits until the next change may be made. */
  void await() throws InterruptedException {
    long wait = reserve();
    if (wait > 0) {
      pause.await(Duration.ofNanos(wait));
    }
  }

  private synchronized long reserve() {
    long now = ticker.nanos();
    long wait = Math.max(0, nextNanos - now);
    nextNanos = now + wait + intervalNanos;
    return wait;
  }
}
