package io.usher.engine;

import java.time.Duration;

/**
 * A point in time on {@link System#nanoTime()}'s scale.
 *
 * @param atNanos when it passes
 */
public record Deadline(long atNanos) {

  /** The deadline this long from now. */
  public static Deadline after(Duration budget) {
    return new Deadline(System.nanoTime() + budget.toNanos());
  }

  /** How long it is until then, negative when it has passed. */
  public long remainingNanos() {
    return atNanos - System.nanoTime();
  }

  /** Whether it has passed. */
  public boolean passed() {
    return remainingNanos() <= 0;
  }
}
