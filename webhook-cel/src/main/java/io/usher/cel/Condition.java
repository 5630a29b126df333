package io.usher.cel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.HashMap;
import java.util.Map;

/** A compiled condition. Immutable; evaluated by many threads at once. */
public final class Condition {

  private final CelRuntime.Program program;

  Condition(CelRuntime.Program program) {
    this.program = program;
  }

  /**
   * Whether the condition holds.
   *
   * @param variables all that the compiler knows, by name; JSON's null is CEL's
   * @throws ConditionException when the variables do not have what the expression reads, or when it
   *     takes too long
   */
  public boolean holds(Map<String, JsonNode> variables) throws ConditionException {
    var values = new HashMap<String, Object>();
    variables.forEach((name, json) -> values.put(name, JsonValues.of(json)));
    try {
      return (Boolean) program.eval(values);
    } catch (CelEvaluationException e) {
      throw new ConditionException(String.valueOf(e.getMessage()), e);
    }
  }
}
