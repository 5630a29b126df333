package io.usher.cel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** A compiled condition. Immutable; evaluated by many threads at once. */
public final class Condition {

  private static final Pattern PLACE = Pattern.compile("^evaluation error at <input>:\\d+: ");
  private static final Pattern NO_KEY = Pattern.compile("^key '(.*)' is not present in map\\.$");

  private final String expression;
  private final CelRuntime.Program program;

  Condition(String expression, CelRuntime.Program program) {
    this.expression = expression;
    this.program = program;
  }

  /**
   * Whether the condition holds.
   *
   * @param variables all that the compiler knows, by name; JSON's null is CEL's
   * @throws ConditionException when the variables do not have what the expression reads, or when it
   *     takes too long; as Kubernetes words it
   */
  public boolean holds(Map<String, JsonNode> variables) throws ConditionException {
    var values = new HashMap<String, Object>();
    variables.forEach((name, json) -> values.put(name, JsonValues.of(json)));
    try {
      if (program.eval(values) instanceof Boolean holds) {
        return holds;
      }
      // Its variables are all known: what the runtime takes for unknown is none of them.
      throw new ConditionException(
          "expression '" + expression + "' resulted in error: no such attribute");
    } catch (CelEvaluationException e) {
      throw new ConditionException(
          "expression '" + expression + "' resulted in error: " + problem(e), e);
    }
  }

  /** A missing key is what is missing most, and Kubernetes has words of its own for it. */
  private static String problem(CelEvaluationException e) {
    String problem = PLACE.matcher(String.valueOf(e.getMessage())).replaceFirst("");
    return NO_KEY.matcher(problem).replaceFirst("no such key: $1");
  }
}
