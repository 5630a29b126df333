package io.usher.engine;

import java.lang.management.ManagementFactory;
import java.util.function.Supplier;

/**
 * A call of a rule or handler on the thread that makes this object, which may be taken away from
 * that thread when its time has passed.
 *
 * @see RunningCall
 */
public abstract class TimedCall {

  private final String rule;
  private final Circuit circuit;
  private final CircuitEvents events;
  private final Thread thread = Thread.currentThread();
  private final Deadline deadline;
  private final long startNanos;

  /** Whether the server's own work on the object is under way. Under this object's lock. */
  private boolean ownWork;

  /** Whether the rule was given up. Under this object's lock. */
  private boolean givenUp;

  private long givenUpNanos;
  private long cpuNanosWhenGivenUp;

  /**
   * A call that begins now.
   *
   * @param rule its name
   * @param circuit the rule's
   * @param events of the circuit
   */
  protected TimedCall(String rule, Circuit circuit, CircuitEvents events, Deadline deadline) {
    this.rule = rule;
    this.circuit = circuit;
    this.events = events;
    this.deadline = deadline;
    this.startNanos = deadline.ticker().nanos();
  }

  /** The name of the rule or handler. */
  public final String rule() {
    return rule;
  }

  /** When its time passes. */
  public final Deadline deadline() {
    return deadline;
  }

  final Thread thread() {
    return thread;
  }

  /**
   * The rule is to come back now, which its circuit learns. How long the server's own work takes is
   * the object's fault: where that is under way, the circuit learns of the rule after it.
   */
  final synchronized void giveUp() {
    givenUp = true;
    if (!ownWork) {
      hang();
    }
  }

  private void hang() {
    givenUpNanos = deadline.ticker().nanos();
    cpuNanosWhenGivenUp = cpuNanos();
    circuit.hung(thread, events);
  }

  /** The thread came back after it was given up. */
  final void release() {
    circuit.released(lateNanos(), ranNanos(), busyNanos(), events);
  }

  /**
   * Does work on the object that is the server's own, unless the code of this type, a user's, has a
   * part in it. For a rule that was given up there is none to do.
   */
  public final <T> T work(Class<?> type, Supplier<T> work) {
    if (!ObjectMapping.isServers(type)) {
      return work.get();
    }
    beginOwnWork();
    try {
      return work.get();
    } finally {
      endOwnWork();
    }
  }

  private synchronized void beginOwnWork() {
    if (givenUp) {
      throw RuleFailedException.tookTooLong(rule);
    }
    ownWork = true;
  }

  private synchronized void endOwnWork() {
    ownWork = false;
    if (givenUp) {
      hang();
    }
  }

  /** How long ago the rule was given up. */
  private long lateNanos() {
    return deadline.ticker().nanos() - givenUpNanos;
  }

  /** How long ago the rule began. */
  public final long ranNanos() {
    return deadline.ticker().nanos() - startNanos;
  }

  /** How long the rule ran on a core, taking it as busy all the time as since it was given up. */
  private long busyNanos() {
    double busy = (double) (cpuNanos() - cpuNanosWhenGivenUp) / Math.max(1, lateNanos());
    return (long) (busy * ranNanos());
  }

  private long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
  }
}
