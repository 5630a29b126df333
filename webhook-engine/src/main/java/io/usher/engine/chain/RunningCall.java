package io.usher.engine.chain;

import io.usher.engine.GivenUpRules;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The rule call of a review that runs now, and the taking away of one that is late. Whoever takes
 * the call out decides whether its result counts: its own thread, or the watchdog.
 */
final class RunningCall {

  private final GivenUpRules givenUpRules;
  private final AtomicReference<@Nullable RuleCall> running = new AtomicReference<>();

  RunningCall(GivenUpRules givenUpRules) {
    this.givenUpRules = givenUpRules;
  }

  /** The call runs on its thread from now on. */
  void begin(RuleCall call) {
    running.set(call);
  }

  /**
   * The call's thread has come back from it.
   *
   * @return whether the result counts; false when the call was taken away
   */
  boolean end(RuleCall call) {
    if (running.compareAndSet(call, null)) {
      return true;
    }
    try {
      // What was done to the thread ends with the call.
      synchronized (call) {
        givenUpRules.cameBack(call.thread);
        Thread.interrupted();
      }
    } finally {
      call.rule.circuit.released(call.lateNanos(), call.ranNanos(), call.busyNanos(), call.events);
    }
    return false;
  }

  /**
   * Takes the call away from its thread if its time has passed: counts the thread as hung,
   * interrupts it, and has {@link GivenUpRules} end it.
   *
   * @return the call, or null when none is overdue
   */
  @Nullable RuleCall takeOverdue() {
    RuleCall call = running.get();
    if (call == null || !call.deadline.passed()) {
      return null;
    }
    synchronized (call) {
      if (!running.compareAndSet(call, null)) {
        return null;
      }
      call.giveUp();
      givenUpRules.givenUp(call.thread, call.rule.name());
      call.thread.interrupt();
    }
    return call;
  }
}
