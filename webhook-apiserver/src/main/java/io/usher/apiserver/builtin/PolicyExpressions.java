package io.usher.apiserver.builtin;

import io.usher.cel.ConditionException;
import io.usher.cel.PolicyCompiler;
import io.usher.cel.PolicyScope;
import io.usher.cel.ResultType;

/** Compiles the expressions of one admission policy, to tell what is wrong with them. */
final class PolicyExpressions {

  private final PolicyCompiler conditions;
  private final PolicyCompiler validations;
  private final PolicyCompiler messages;
  private final PolicyCompiler mutations;

  /**
   * Expressions.
   *
   * @param params whether the policy has a {@code paramKind}
   */
  PolicyExpressions(boolean params) {
    conditions = PolicyCompiler.of(new PolicyScope(params, true, false));
    validations = PolicyCompiler.of(new PolicyScope(params, true, false));
    messages = PolicyCompiler.of(new PolicyScope(params, false, false));
    mutations = PolicyCompiler.of(new PolicyScope(params, true, true));
  }

  /** A match condition, which knows no variables. */
  void condition(Field expression, Errors errors) {
    compile(conditions, expression.showing(expression.text().strip()), ResultType.BOOL, errors);
  }

  /** A variable, which what follows knows. */
  void variable(Field name, Field expression, Errors errors) {
    try {
      validations.variable(name.text(), expression.text());
    } catch (ConditionException e) {
      errors.invalid(expression, String.valueOf(e.getMessage()));
    }
    declare(messages, name, expression);
    declare(mutations, name, expression);
  }

  private static void declare(PolicyCompiler compiler, Field name, Field expression) {
    try {
      compiler.variable(name.text(), expression.text());
    } catch (ConditionException e) {
      // Told already; the name is known nevertheless.
      return;
    }
  }

  void validation(Field expression, Errors errors) {
    compile(validations, expression, ResultType.BOOL, errors);
  }

  void message(Field expression, Errors errors) {
    compile(messages, expression, ResultType.STRING, errors);
  }

  void annotation(Field expression, Errors errors) {
    compile(validations, expression, ResultType.STRING_OR_NULL, errors);
  }

  void patches(Field expression, Errors errors) {
    compile(mutations, expression.showing(expression.text().strip()), ResultType.PATCHES, errors);
  }

  void applied(Field expression, Errors errors) {
    compile(mutations, expression.showing(expression.text().strip()), ResultType.OBJECT, errors);
  }

  private static void compile(
      PolicyCompiler compiler, Field expression, ResultType type, Errors errors) {
    try {
      compiler.compile(expression.text(), type);
    } catch (ConditionException e) {
      errors.invalid(expression, String.valueOf(e.getMessage()));
    }
  }
}
