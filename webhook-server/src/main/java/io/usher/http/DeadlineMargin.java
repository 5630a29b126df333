package io.usher.http;

import io.usher.engine.Deadline;
import java.time.Duration;

/**
 * What is kept of a call's time for the way back: the greater of a fixed time and a share.
 *
 * @param least the fixed time
 * @param percent the share, 0 to 90
 */
public record DeadlineMargin(Duration least, int percent) {

  public DeadlineMargin {
    if (least.isNegative()) {
      throw new IllegalArgumentException("the reserve is negative: " + least);
    }
    if (percent < 0 || percent > 90) {
      throw new IllegalArgumentException("the reserve is 0 to 90 percent, not " + percent);
    }
  }

  /** When the answer must be there. */
  public Deadline deadline(long beginNanos, Duration timeout) {
    long nanos = timeout.toNanos();
    return new Deadline(beginNanos + nanos - Math.max(least.toNanos(), nanos / 100 * percent));
  }
}
