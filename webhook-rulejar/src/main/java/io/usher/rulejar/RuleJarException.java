package io.usher.rulejar;

/** A rule jar can't be used. The message names the jar, and all that is wrong with it. */
public final class RuleJarException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RuleJarException(String message) {
    super(message);
  }

  RuleJarException(String message, Throwable cause) {
    super(message, cause);
  }
}
