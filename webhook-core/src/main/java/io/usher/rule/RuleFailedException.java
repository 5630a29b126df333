package io.usher.rule;

/** A rule threw, or its budget passed, and the call fails with it. The message names the rule. */
public final class RuleFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String rule;
  private final boolean deadlinePassed;

  RuleFailedException(String rule, boolean deadlinePassed, String message, Throwable cause) {
    super(message, cause);
    this.rule = rule;
    this.deadlinePassed = deadlinePassed;
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
