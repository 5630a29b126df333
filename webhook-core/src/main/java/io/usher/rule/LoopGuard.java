package io.usher.rule;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ends rules that go on after they were given up.
 *
 * <p>Java can't end a thread from outside. So the server puts a call of {@link #check()} at the
 * start of each method and before each jump back in the classes that it loads from rule jars and
 * their libraries: in a rule that was given up, and had time to heed its interrupt, the call
 * throws. Rules don't call it themselves.
 */
public final class LoopGuard {

  /** What the threads do that are in rules that were given up. */
  private static final Map<Thread, Attempt> GIVEN_UP = new ConcurrentHashMap<>();

  /** Whether there are any. */
  private static volatile boolean armed;

  private LoopGuard() {}

  /**
   * Returns at once, unless this thread is in a rule that was given up a while ago.
   *
   * @throws Error then, each time: a rule that catches it gets no further than to its next loop
   */
  public static void check() {
    if (armed) {
      checkThisThread();
    }
  }

  private static void checkThisThread() {
    Attempt attempt = GIVEN_UP.get(Thread.currentThread());
    if (attempt != null && attempt.lateNanos() >= Circuit.SLOW_NANOS) {
      throw new GivenUpError(attempt.rule.name());
    }
  }

  static synchronized void givenUp(Attempt attempt) {
    GIVEN_UP.put(attempt.thread, attempt);
    armed = true;
  }

  static synchronized void cameBack(Attempt attempt) {
    GIVEN_UP.remove(attempt.thread);
    armed = !GIVEN_UP.isEmpty();
  }

  /** An error, so that a rule is less likely to catch it with what it expects. */
  private static final class GivenUpError extends Error {

    private static final long serialVersionUID = 1L;

    GivenUpError(String rule) {
      super("rule " + rule + " was given up and goes on");
    }
  }
}
