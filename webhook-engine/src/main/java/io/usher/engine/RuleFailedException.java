package io.usher.engine;

import org.jspecify.annotations.Nullable;

/** A rule threw, or its time passed, and the call fails with it. The message names the rule. */
public final class RuleFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String rule;
  private final boolean deadlinePassed;

  private RuleFailedException(
      String rule, boolean deadlinePassed, String message, @Nullable Throwable cause) {
    // Where the engine noticed it tells nothing, and a circuit that is open has many of them.
    super(message, cause, false, false);
    this.rule = rule;
    this.deadlinePassed = deadlinePassed;
  }

  /** It threw this. */
  public static RuleFailedException threw(String rule, Throwable cause) {
    return new RuleFailedException(rule, false, "rule " + rule + " failed", cause);
  }

  /** It threw this when it was called for this. */
  public static RuleFailedException threw(String rule, String what, Throwable cause) {
    return new RuleFailedException(rule, false, "rule " + rule + " failed on " + what, cause);
  }

  /** Its time passed. */
  public static RuleFailedException tookTooLong(String rule) {
    return new RuleFailedException(rule, true, "context deadline exceeded in rule " + rule, null);
  }

  /** Its circuit is open. */
  public static RuleFailedException notTried(String rule) {
    return new RuleFailedException(
        rule, false, "rule " + rule + " is not tried for now, as it hung", null);
  }

  /** The rule's name. */
  public String rule() {
    return rule;
  }

  /** Whether it failed by taking too long. */
  public boolean deadlinePassed() {
    return deadlinePassed;
  }
}
