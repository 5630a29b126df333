package io.usher.cel;

import org.jspecify.annotations.Nullable;

/**
 * Checks the expressions of a policy against the type of the objects that it is about, as
 * Kubernetes does for the status of a ValidatingAdmissionPolicy. For one thread.
 */
public final class PolicyTypeCheck {

  private final PolicyCompiler compiler;

  private PolicyTypeCheck(PolicyCompiler compiler) {
    this.compiler = compiler;
  }

  /**
   * What is known of a kind.
   *
   * @param name the kind's, with something that no other type's name has: messages show it
   */
  public record Kind(String name, ValueType type) {
    private DeclaredTypes declared() {
      return new DeclaredTypes(type, name);
    }
  }

  /**
   * A check of a policy with parameters.
   *
   * @param params null when their type is unknown
   */
  public static PolicyTypeCheck withParams(Kind object, @Nullable Kind params) {
    return new PolicyTypeCheck(
        PolicyCompiler.typed(
            new PolicyScope(true, true, false),
            object.declared(),
            params == null ? null : params.declared()));
  }

  /** A check of a policy without parameters. */
  public static PolicyTypeCheck withoutParams(Kind object) {
    return new PolicyTypeCheck(
        PolicyCompiler.typed(new PolicyScope(false, true, false), object.declared(), null));
  }

  /** Makes a variable known; its type is unknown when it has a problem. */
  public void variable(String name, String expression) {
    try {
      compiler.variable(name, expression);
    } catch (ConditionException e) {
      // It is named where Kubernetes names it: nowhere.
      return;
    }
  }

  /** What is wrong with an expression, in cel-go's words; empty when nothing is. */
  public String problem(String expression) {
    try {
      compiler.check(expression, "");
      return "";
    } catch (ConditionException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
