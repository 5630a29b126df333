package io.usher.engine;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The call that runs now of a review or a handler, and the taking away of one that is late. Whoever
 * takes the call out decides whether its result counts: its own thread, or the watchdog.
 */
public final class RunningCall<C extends TimedCall> {

  private final GivenUpRules givenUpRules;
  private final AtomicReference<@Nullable C> running = new AtomicReference<>();

  /** None runs yet. */
  public RunningCall(GivenUpRules givenUpRules) {
    this.givenUpRules = givenUpRules;
  }

  /** The call runs on its thread from now on. */
  public void begin(C call) {
    running.set(call);
  }

  /**
   * The call's thread has come back from it.
   *
   * @return whether the result counts; false when the call was taken away
   */
  public boolean end(C call) {
    if (running.compareAndSet(call, null)) {
      return true;
    }
    try {
      // What was done to the thread ends with the call.
      synchronized (call) {
        givenUpRules.cameBack(call.thread());
        Thread.interrupted();
      }
    } finally {
      call.release();
    }
    return false;
  }

  /**
   * Takes the call away from its thread if its time has passed: counts the thread as hung,
   * interrupts it, and has {@link GivenUpRules} end it.
   *
   * @return the call, or null when none is overdue
   */
  public @Nullable C takeOverdue() {
    C call = running.get();
    if (call == null || !call.deadline().passed()) {
      return null;
    }
    synchronized (call) {
      if (!running.compareAndSet(call, null)) {
        return null;
      }
      call.giveUp();
      givenUpRules.givenUp(call.thread(), call.rule());
      call.thread().interrupt();
    }
    return call;
  }
}
