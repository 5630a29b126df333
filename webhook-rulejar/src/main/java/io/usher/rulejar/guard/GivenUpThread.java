package io.usher.rulejar.guard;

import java.lang.StackWalker.StackFrame;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * A thread in a rule that was given up: when its checks throw.
 *
 * <p>All limits are of the time that the rule's code ran since it was given up, in nanoseconds. A
 * wait between two checks counts for {@link #WAIT} at most: a rule whose slow service answers late
 * has its time to end by itself after the answer, and closes and releases what it holds. What it
 * takes is therefore not lost, and the next call finds it.
 *
 * <p>Only the thread itself checks, so nothing here is locked, and an error in the midst of a check
 * (a {@link StackOverflowError}) leaves no more behind than a number.
 */
final class GivenUpThread {

  /** The rule may heed its interrupt. */
  private static final long HEED = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long WAIT = TimeUnit.MILLISECONDS.toNanos(20);

  /**
   * After the first throw, handlers and finally blocks may clean up. After each further one they
   * have half as long, so a rule that catches all and goes on runs for twice this.
   */
  private static final long CLEANUP = TimeUnit.SECONDS.toNanos(1);

  /** Until then nothing throws within a method {@code close}. */
  private static final long CLOSE = TimeUnit.SECONDS.toNanos(3);

  /**
   * Until then nothing throws within a class initializer: the JVM would refuse the class from then
   * on. An initializer that takes longer is endless, and its class is lost in any case.
   */
  private static final long INITIALIZER = TimeUnit.SECONDS.toNanos(10);

  /** How long after a look at the stack the next one is due. */
  private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(10);

  /** A lambda's {@code close} is in a hidden frame. */
  private static final StackWalker STACK =
      StackWalker.getInstance(StackWalker.Option.SHOW_HIDDEN_FRAMES);

  private final String rule;
  private final LongSupplier clock;
  private long checkedAt;
  private long ran;
  private long throwsFrom = HEED;
  private long grace = CLEANUP;

  /** A thread that is given up now. */
  GivenUpThread(String rule, LongSupplier clock) {
    this.rule = rule;
    this.clock = clock;
    this.checkedAt = clock.getAsLong();
  }

  /**
   * Initialises all that a check needs. A class whose initializer meets the end of a deep stack is
   * lost, and a rule's check may be the first one to need it there.
   */
  static void rehearse() {
    var thread = new GivenUpThread("rehearsal", () -> 0);
    thread.throwsFrom = 0;
    thread.check();
    thread.ran = INITIALIZER;
    try {
      thread.check();
    } catch (GivenUpError e) {
      // Now that class is initialised as well.
    }
  }

  void check() {
    long now = clock.getAsLong();
    ran += Math.min(now - checkedAt, WAIT);
    checkedAt = now;
    if (ran >= throwsFrom) {
      end();
    }
  }

  private void end() {
    if (ran < STACK.walk(GivenUpThread::sparedUntil)) {
      throwsFrom = ran + LOOK_AGAIN;
      return;
    }
    throwsFrom = ran + grace;
    grace /= 2;
    throw new GivenUpError(rule);
  }

  private static long sparedUntil(Stream<StackFrame> frames) {
    return frames
        .map(StackFrame::getMethodName)
        .mapToLong(GivenUpThread::sparedUntil)
        .max()
        .orElse(0);
  }

  private static long sparedUntil(String method) {
    return switch (method) {
      case "<clinit>" -> INITIALIZER;
      case "close" -> CLOSE;
      default -> 0;
    };
  }

  /** An error, so that a rule is less likely to catch it with what it expects. */
  static final class GivenUpError extends Error {
    private static final long serialVersionUID = 1L;

    GivenUpError(String rule) {
      super("rule " + rule + " was given up and goes on");
    }
  }
}
