package io.usher.rulejar.guard;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Ends rules that go on after they were given up.
 *
 * <p>Java can't end a thread from outside. So the server puts a call of {@link #check()} at the
 * start of each method and before each jump back in the classes that it loads from rule jars and
 * their libraries: in a rule that was given up, and had time to heed its interrupt, the call
 * throws. Rules don't call it themselves.
 */
public final class LoopGuard {

  /** How long a rule that was given up may take to heed its interrupt. */
  private static final long HEED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** The threads that are in rules that were given up. */
  private static final Map<Thread, GivenUp> GIVEN_UP = new ConcurrentHashMap<>();

  /** Whether there are any. */
  private static volatile boolean armed;

  private LoopGuard() {}

  private record GivenUp(String rule, long atNanos) {}

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
    GivenUp givenUp = GIVEN_UP.get(Thread.currentThread());
    if (givenUp != null && System.nanoTime() - givenUp.atNanos() >= HEED_NANOS) {
      throw new GivenUpError(givenUp.rule());
    }
  }

  /** From now on checks of this thread throw, once the rule had time to heed its interrupt. */
  public static synchronized void givenUp(Thread thread, String rule) {
    GIVEN_UP.put(thread, new GivenUp(rule, System.nanoTime()));
    armed = true;
  }

  /** This thread has left its rule: its checks throw no more. */
  public static synchronized void cameBack(Thread thread) {
    GIVEN_UP.remove(thread);
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
