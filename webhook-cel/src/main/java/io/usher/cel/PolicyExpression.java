package io.usher.cel;

import dev.cel.common.values.NullValue;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A compiled expression of a policy. Immutable; evaluated by many threads at once. */
public final class PolicyExpression {

  /**
   * A variable of a policy.
   *
   * @param problem why it can't be compiled, where there is no value
   */
  record Variable(@Nullable Step value, String problem) {}

  private final String source;
  private final Step root;
  private final Map<String, Variable> variables;
  private final CostEstimator.Cost estimate;

  PolicyExpression(
      String source, Step root, Map<String, Variable> variables, CostEstimator.Cost estimate) {
    this.source = source;
    this.root = root;
    this.variables = variables;
    this.estimate = estimate;
  }

  /** As it is written. */
  public String source() {
    return source;
  }

  CostEstimator.Cost estimate() {
    return estimate;
  }

  /**
   * The value: a {@code Boolean}, a {@code String}, a {@code Long}, a {@code Double}, a {@code
   * JsonNode} of what has parts, {@code null}.
   *
   * @param input takes what it costs
   * @throws ConditionException when the input does not have what the expression reads; in cel-go's
   *     words
   * @throws BudgetException when it costs too much
   */
  public @Nullable Object evaluate(PolicyInput input) throws ConditionException, BudgetException {
    Object value = value(input);
    if (value instanceof NullValue) {
      return null;
    }
    if (value instanceof Boolean b) {
      return b;
    }
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Long number) {
      return number;
    }
    if (value instanceof Double number) {
      return number;
    }
    return input.json(value);
  }

  /** Whether it holds, of an expression that is a bool. */
  public boolean holds(PolicyInput input) throws ConditionException, BudgetException {
    return Boolean.TRUE.equals(value(input));
  }

  Object value(PolicyInput input) throws ConditionException, BudgetException {
    return input.evaluate(root, variables);
  }
}
