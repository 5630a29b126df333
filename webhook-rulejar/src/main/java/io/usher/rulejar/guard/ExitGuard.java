package io.usher.rulejar.guard;

/**
 * Keeps rules from ending the server's process. The server has rule jars and their libraries call
 * these methods in place of the JDK's. Rules don't call them themselves.
 */
public final class ExitGuard {

  private ExitGuard() {}

  /** In place of {@link System#exit}. */
  public static void systemExit(int status) {
    throw refusal("System.exit", status);
  }

  /** In place of {@link Runtime#exit}. */
  public static void exit(Runtime runtime, int status) {
    throw refusal("Runtime.exit", status);
  }

  /** In place of {@link Runtime#halt}. */
  public static void halt(Runtime runtime, int status) {
    throw refusal("Runtime.halt", status);
  }

  private static SecurityException refusal(String method, int status) {
    return new SecurityException(
        method
            + "("
            + status
            + ") in a rule would end the server and the rules of all others; deny the request or"
            + " throw an exception instead");
  }
}
