package io.usher.engine;

import java.time.Duration;

/**
 * A point in time.
 *
 * @param atNanos when it passes, on the ticker's scale
 * @param ticker what it is measured by
 */
public record Deadline(long atNanos, Ticker ticker) {

  /** A deadline on {@link System#nanoTime()}'s scale. */
  public Deadline(long atNanos) {
    this(atNanos, Ticker.SYSTEM);
  }

  /** The deadline this long from now. */
  public static Deadline after(Duration budget) {
    return after(budget, Ticker.SYSTEM);
  }

  /** The deadline this long from the ticker's now. */
  public static Deadline after(Duration budget, Ticker ticker) {
    return new Deadline(ticker.nanos() + budget.toNanos(), ticker);
  }

  /** How long it is until then, negative when it has passed. */
  public long remainingNanos() {
    return atNanos - ticker.nanos();
  }

  /** Whether it has passed. */
  public boolean passed() {
    return remainingNanos() <= 0;
  }

  /** The deadline at half of the time that is left. */
  public Deadline half() {
    return new Deadline(atNanos - remainingNanos() / 2, ticker);
  }
}
