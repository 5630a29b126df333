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

  /** The message about what a rule jar needs and nobody brings. */
  static String missing(String jar, String user, String what) {
    return jar
        + ": "
        + user
        + " needs "
        + what
        + ", which neither the jar nor its libraries nor the server's shared packages have; put the"
        + " library that has it into the folder "
        + jar.replaceFirst("\\.jar$", "")
        + "-lib beside it, or into the jar";
  }
}
