package io.usher.listwatch;

import io.usher.engine.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A stream whose reads end when nothing comes for too long: the other side may be gone without a
 * word. The time in which nobody reads does not count.
 */
final class TimedInput extends InputStream {

  /** How often a read is looked at, in its time. */
  private static final int LOOKS = 4;

  private final InputStream in;
  private final long stallNanos;
  private final Ticker ticker;
  private final ScheduledFuture<?> looks;

  private volatile boolean reading;
  private volatile long sinceNanos;
  private volatile boolean stalled;

  TimedInput(InputStream in, Duration stall, ScheduledExecutorService timer, Ticker ticker) {
    this.in = in;
    this.stallNanos = stall.toNanos();
    this.ticker = ticker;
    long every = Math.max(1, stallNanos / LOOKS);
    looks = timer.scheduleWithFixedDelay(this::look, every, every, TimeUnit.NANOSECONDS);
  }

  private void look() {
    if (reading && ticker.nanos() - sinceNanos > stallNanos) {
      stalled = true;
      try {
        in.close();
      } catch (IOException e) {
        // The reader learns of the end in any case.
      }
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    sinceNanos = ticker.nanos();
    reading = true;
    try {
      int read = in.read(bytes, offset, length);
      if (stalled) {
        throw stalled(null);
      }
      return read;
    } catch (IOException e) {
      throw stalled ? stalled(e) : e;
    } finally {
      reading = false;
    }
  }

  private StalledException stalled(@Nullable IOException cause) {
    return new StalledException("nothing came for " + Duration.ofNanos(stallNanos), cause);
  }

  /** Nothing came for too long. */
  static final class StalledException extends IOException {

    private static final long serialVersionUID = 1L;

    StalledException(String message, @Nullable IOException cause) {
      super(message, cause);
    }
  }

  @Override
  public void close() throws IOException {
    looks.cancel(false);
    in.close();
  }
}
