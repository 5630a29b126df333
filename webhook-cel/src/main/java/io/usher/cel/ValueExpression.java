package io.usher.cel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.values.NullValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A compiled expression of a value. Immutable; evaluated by many threads at once. */
public final class ValueExpression {

  private final String expression;
  private final Step root;

  ValueExpression(String expression, Step root) {
    this.expression = expression;
    this.root = root;
  }

  /** As it was written. */
  public String source() {
    return expression;
  }

  /**
   * Whether the condition holds.
   *
   * @param variables all that the compiler knows, by name
   * @throws ConditionException when they do not have what the expression reads, or when it takes
   *     too long; the message shows the expression and none of the values
   */
  public boolean holds(Map<String, JsonNode> variables) throws ConditionException {
    if (evaluate(variables) instanceof Boolean holds) {
      return holds;
    }
    throw new ConditionException("expression '" + expression + "' is no bool");
  }

  /**
   * The texts: none for null, for an empty text and for an empty list, whose empty texts do not
   * count either.
   *
   * @param variables all that the compiler knows, by name
   * @throws ConditionException as {@link #holds}; or when the value is something else
   */
  public List<String> texts(Map<String, JsonNode> variables) throws ConditionException {
    Object value = evaluate(variables);
    if (value instanceof NullValue) {
      return List.of();
    }
    var texts = new ArrayList<String>();
    for (Object each : value instanceof List<?> list ? list : List.of(value)) {
      if (!(each instanceof String text)) {
        throw new ConditionException(
            "expression '" + expression + "' is neither a string nor a list of strings");
      }
      if (!text.isEmpty()) {
        texts.add(text);
      }
    }
    return texts;
  }

  private Object evaluate(Map<String, JsonNode> variables) throws ConditionException {
    Scope scope =
        (name, meter) -> {
          JsonNode json = variables.get(name);
          return json == null ? null : JsonValues.of(json);
        };
    try {
      return CostBudget.ofObject().evaluate(root, scope, 0);
    } catch (BudgetException e) {
      throw failed(String.valueOf(e.getMessage()));
    } catch (ConditionException e) {
      // What follows a colon may quote a value of the caller's.
      throw failed(String.valueOf(e.getMessage()).split(":", 2)[0]);
    }
  }

  private ConditionException failed(String problem) {
    return new ConditionException("expression '" + expression + "' resulted in error: " + problem);
  }
}
