package io.usher.cel;

/**
 * Compiles the match conditions of webhooks and policies: over {@code object}, {@code oldObject},
 * {@code request} and what a scope has, with all functions of Kubernetes 1.36. Making the first
 * compiler of a process takes a second. Thread-safe.
 */
public final class ConditionCompiler {

  private final PolicyCompiler compiler;

  private ConditionCompiler(PolicyCompiler compiler) {
    this.compiler = compiler;
  }

  /** A compiler of conditions. */
  public static ConditionCompiler of(PolicyScope scope) {
    return new ConditionCompiler(PolicyCompiler.of(scope));
  }

  /**
   * Compiles an expression.
   *
   * @throws ConditionException when it is none, names a variable or a function that is unknown, or
   *     is not a bool; the message is as Kubernetes writes it and shows the place
   */
  public synchronized Condition compile(String expression) throws ConditionException {
    return new Condition(compiler.compile(expression, ResultType.BOOL));
  }
}
