package io.usher.rulejar.guard;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ends rules that go on after they were given up.
 *
 * <p>Java can't end a thread from outside. So the server puts a call of {@link #check()} at the
 * start of each method and before each jump back in the classes that it loads from rule jars and
 * their libraries: in a rule that was given up and goes on, the call throws. {@link GivenUpThread}
 * says when. Rules don't call it themselves.
 */
public final class LoopGuard {

  /** The threads that are in rules that were given up. */
  private static final Map<Thread, GivenUpThread> GIVEN_UP = new ConcurrentHashMap<>();

  /** Whether there are any. */
  private static volatile boolean armed;

  static {
    GivenUpThread.rehearse();
  }

  private LoopGuard() {}

  /**
   * Returns at once, unless this thread is in a rule that was given up and goes on.
   *
   * @throws Error then: a rule that catches it has a moment to clean up, a shorter one each time
   */
  public static void check() {
    if (armed) {
      checkThisThread();
    }
  }

  private static void checkThisThread() {
    GivenUpThread thread = GIVEN_UP.get(Thread.currentThread());
    if (thread != null) {
      thread.check();
    }
  }

  /** From now on checks of this thread throw, once the rule had time to end by itself. */
  public static synchronized void givenUp(Thread thread, String rule) {
    GIVEN_UP.put(thread, new GivenUpThread(rule, System::nanoTime));
    armed = true;
  }

  /** This thread has left its rule: its checks throw no more. */
  public static synchronized void cameBack(Thread thread) {
    GIVEN_UP.remove(thread);
    armed = !GIVEN_UP.isEmpty();
  }
}
