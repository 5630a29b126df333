package io.usher.cel;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** A compiled condition. Immutable; evaluated by many threads at once. */
public final class Condition {

  private final PolicyExpression expression;

  Condition(PolicyExpression expression) {
    this.expression = expression;
  }

  /**
   * Whether the condition holds, where it is the only one and has no authorizer.
   *
   * @param variables all that the compiler knows, by name; JSON's null is CEL's
   * @throws ConditionException when the variables do not have what the expression reads, or when it
   *     costs too much; as Kubernetes words it
   */
  public boolean holds(Map<String, JsonNode> variables) throws ConditionException {
    return holds(new PolicyInput(variables, null, CostBudget.ofMatchConditions()));
  }

  /**
   * Whether the condition holds.
   *
   * @param input takes what it costs
   * @throws ConditionException as the other
   */
  public boolean holds(PolicyInput input) throws ConditionException {
    try {
      return expression.holds(input);
    } catch (ConditionException e) {
      throw new ConditionException(
          "expression '" + expression.source() + "' resulted in error: " + e.getMessage(), e);
    } catch (BudgetException e) {
      throw new ConditionException(
          e.kind() == BudgetException.Kind.TOTAL
              ? String.valueOf(e.getMessage())
              : "expression '" + expression.source() + "' resulted in error: " + e.getMessage(),
          e);
    }
  }
}
