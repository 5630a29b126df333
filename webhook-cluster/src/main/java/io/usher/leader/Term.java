package io.usher.leader;

import io.usher.engine.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * From the first renewal of the Lease until it could not be renewed in time, or was given up. It is
 * measured by a clock that never jumps, from the moment before each renewal was sent. Thread-safe.
 */
final class Term {

  private final Ticker ticker;
  private final long renewDeadlineNanos;
  private boolean begun;
  private boolean ended;
  private long renewedNanos;

  Term(Ticker ticker, Duration renewDeadline) {
    this.ticker = ticker;
    this.renewDeadlineNanos = renewDeadline.toNanos();
  }

  /** The Lease is ours by a request that was sent then. */
  synchronized void renewed(long sentNanos) {
    begun = true;
    renewedNanos = sentNanos;
    notifyAll();
  }

  /** It is over, or will never begin. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  synchronized boolean held() {
    return begun && !ended && leftNanos() > 0;
  }

  /** Waits until it begins, or {@link #end} says that it never will. */
  synchronized void awaitBegin() throws InterruptedException {
    while (!begun && !ended) {
      wait();
    }
  }

  /** Waits until it is over, or until something else is to be done, as {@link #look} tells. */
  synchronized void awaitEnd(BooleanSupplier other) throws InterruptedException {
    while (held() && !other.getAsBoolean()) {
      TimeUnit.NANOSECONDS.timedWait(this, leftNanos());
    }
    ended = !held();
  }

  /** Who waits for its end looks whether something else is to be done. */
  synchronized void look() {
    notifyAll();
  }

  private long leftNanos() {
    return renewDeadlineNanos - (ticker.nanos() - renewedNanos);
  }
}
