package io.usher.apiserver.admission.match;

import io.usher.cel.BudgetException;
import io.usher.cel.BudgetException.Kind;
import io.usher.cel.ConditionException;
import io.usher.cel.PolicyCompiler;
import io.usher.cel.PolicyExpression;
import io.usher.cel.PolicyInput;
import io.usher.cel.ResultType;
import org.jspecify.annotations.Nullable;

/**
 * An expression of a policy, compiled.
 *
 * @param program null when it can't be compiled: nobody can write such a policy, but it may have
 *     been in the store
 * @param problem why not, or empty
 */
public record Expression(@Nullable PolicyExpression program, String problem) {

  /** Compiles an expression. */
  public static Expression of(PolicyCompiler compiler, String text, ResultType type) {
    try {
      return new Expression(compiler.compile(text, type), "");
    } catch (ConditionException e) {
      return new Expression(null, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Its value; null for CEL's null.
   *
   * @throws EvaluationException when it has none
   * @throws SpentException when nothing further is to be evaluated
   */
  public @Nullable Object evaluate(PolicyInput input) throws EvaluationException, SpentException {
    if (program == null) {
      throw new EvaluationException("compilation error: " + problem);
    }
    try {
      return program.evaluate(input);
    } catch (ConditionException e) {
      throw failed(program, e);
    } catch (BudgetException e) {
      boolean alone = e.kind() == Kind.CALL || e.kind() == Kind.DEADLINE;
      if (alone) {
        throw failed(program, e);
      }
      throw new SpentException(String.valueOf(e.getMessage()));
    }
  }

  private static EvaluationException failed(PolicyExpression program, Exception e) {
    return new EvaluationException(
        "expression '" + program.source() + "' resulted in error: " + e.getMessage());
  }
}
