package io.usher.engine;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a rule from being tried when it hangs.
 *
 * <p>It opens when two threads hang in the rule. A thread that was {@linkplain #SLOW_NANOS more
 * than slow} and comes back counts on for a while, which is the longer the more of a core it took:
 * so an endless rule, whose threads {@link GivenUpRules} ends, takes next to nothing from those
 * beside it. Then one call tries the rule, and when it returns in time the circuit closes.
 */
public final class Circuit {

  /**
   * Threads that may hang in a rule before it is no longer tried. The second one shows that the
   * first was no accident; each takes a share of a core from all others.
   */
  private static final int HUNG_THREADS_THAT_OPEN = 2;

  /** How long a thread that was given up may only be slow: on a machine with no time for it. */
  public static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** A rule may take one hundredth of a core by calls that hang: no p99 sees that. */
  private static final long RESTS_FOR_A_BUSY_NANO = 100;

  private final Ticker ticker;

  /** When threads were given up that are still in the rule; which is whose doesn't matter. */
  private final ArrayDeque<Long> hungSince = new ArrayDeque<>();

  /** Until then a thread that has come back counts as hung. */
  private long restUntilNanos;

  private boolean open;

  /** The thread that tries the rule while the circuit is open. */
  private volatile @Nullable Thread trial;

  /** Whether there is anything to look at; to be read without a lock. */
  private volatile boolean troubled;

  /** A closed circuit. */
  public Circuit(Ticker ticker) {
    this.ticker = ticker;
    this.restUntilNanos = ticker.nanos();
  }

  /** Whether this thread may try the rule now. If so it calls one of the other methods after it. */
  public boolean admits(CircuitEvents events) {
    return !troubled || admitsInTrouble(events);
  }

  private synchronized boolean admitsInTrouble(CircuitEvents events) {
    if (!open && hungThreads() >= HUNG_THREADS_THAT_OPEN && !justSlow()) {
      change(true, events);
    }
    if (!open) {
      troubled = hungThreads() > 0;
      return true;
    }
    if (trial != null || resting() || hungSince.size() >= HUNG_THREADS_THAT_OPEN) {
      return false;
    }
    trial = Thread.currentThread();
    return true;
  }

  /** This thread came back in time. */
  public void returned(CircuitEvents events) {
    if (trial == Thread.currentThread()) {
      closeAfterTrial(events);
    }
  }

  private synchronized void closeAfterTrial(CircuitEvents events) {
    trial = null;
    if (open) {
      change(false, events);
    }
  }

  /** A thread was given up in the rule. */
  public synchronized void hung(Thread thread, CircuitEvents events) {
    hungSince.addLast(ticker.nanos());
    troubled = true;
    events.hung(hungSince.size(), thread);
  }

  /**
   * This thread, that was given up, came back.
   *
   * @param lateNanos how long after it was given up
   * @param ranNanos how long after it began
   * @param busyNanos how much of that it ran on a core
   */
  public synchronized void released(
      long lateNanos, long ranNanos, long busyNanos, CircuitEvents events) {
    hungSince.removeLast();
    events.released(hungSince.size());
    if (trial == Thread.currentThread()) {
      trial = null;
    }
    long rest = busyNanos * RESTS_FOR_A_BUSY_NANO;
    if (lateNanos >= SLOW_NANOS && rest >= ranNanos) {
      if (!open && hungThreads() + 1 >= HUNG_THREADS_THAT_OPEN) {
        change(true, events);
      }
      rest(rest);
    }
    if (open && hungThreads() < HUNG_THREADS_THAT_OPEN && !resting()) {
      change(false, events);
    }
  }

  private int hungThreads() {
    return hungSince.size() + (resting() ? 1 : 0);
  }

  private boolean resting() {
    return restUntilNanos - ticker.nanos() > 0;
  }

  private void rest(long nanos) {
    long until = ticker.nanos() + nanos;
    if (until - restUntilNanos > 0) {
      restUntilNanos = until;
    }
  }

  private boolean justSlow() {
    return !hungSince.isEmpty() && ticker.nanos() - hungSince.getFirst() < SLOW_NANOS;
  }

  private void change(boolean toOpen, CircuitEvents events) {
    open = toOpen;
    events.circuitChanged(toOpen);
  }
}
