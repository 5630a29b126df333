package io.usher.cli.local;

import io.usher.engine.RuleFailedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A rule that failed, or a call that failed without a rule: no answer tells as much.
 *
 * @param what the rule or the webhook, and its failure
 * @param stack of a rule, from where it threw or hung to the rule itself; lines of a stack trace
 */
public record Failure(String what, List<String> stack) {

  /** Beneath the rule they are the same for each: how the server came to call it. */
  private static final List<String> CALLERS =
      List.of("io.usher.", "java.", "javax.", "jdk.", "sun.", "org.eclipse.jetty.");

  /** An endless recursion has a thousand. */
  private static final int MOST_FRAMES = 40;

  public Failure {
    stack = List.copyOf(stack);
  }

  /** A rule threw this. */
  static Failure thrown(String rule, Throwable cause) {
    var stack = new ArrayList<String>(frames(cause.getStackTrace()));
    for (Throwable next = cause.getCause(); next != null; next = next.getCause()) {
      stack.add("Caused by: " + next);
      stack.addAll(frames(next.getStackTrace()));
    }
    boolean bySelf = cause instanceof RuleFailedException;
    return new Failure(
        "rule " + rule + " failed: " + (bySelf ? cause.getMessage() : cause.toString()), stack);
  }

  /** A rule's time passed while its thread was here. */
  static Failure late(String rule, StackTraceElement[] where) {
    return new Failure("rule " + rule + " failed: it did not return in time", frames(where));
  }

  private static List<String> frames(StackTraceElement[] trace) {
    int end = trace.length;
    while (end > 0 && isCaller(trace[end - 1])) {
      end--;
    }
    var lines = new ArrayList<String>();
    Arrays.stream(trace, 0, Math.min(end, MOST_FRAMES)).map(Failure::line).forEach(lines::add);
    if (end > MOST_FRAMES) {
      lines.add("... " + (end - MOST_FRAMES) + " more");
    }
    return lines;
  }

  /** Without class loader and module, whose names say nothing here. */
  private static String line(StackTraceElement frame) {
    return "at %s.%s(%s:%d)"
        .formatted(
            frame.getClassName(),
            frame.getMethodName(),
            frame.getFileName(),
            frame.getLineNumber());
  }

  private static boolean isCaller(StackTraceElement frame) {
    return CALLERS.stream().anyMatch(frame.getClassName()::startsWith);
  }
}
