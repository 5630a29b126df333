package io.usher.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.cel.Condition;
import io.usher.cel.ConditionCompiler;
import io.usher.cel.ConditionException;
import io.usher.cel.PolicyScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A webhook's {@code matchConditions}, compiled. */
final class MatchConditions {

  /** Only a server with conditions pays for the compiler. */
  private static final class Compiler {
    static final ConditionCompiler INSTANCE =
        ConditionCompiler.of(new PolicyScope(false, false, false));
  }

  private final List<Condition> conditions;

  private MatchConditions(List<Condition> conditions) {
    this.conditions = conditions;
  }

  /**
   * Compiles them.
   *
   * @throws IllegalArgumentException when one can't be evaluated
   */
  static MatchConditions of(JsonNode json) {
    var conditions = new ArrayList<Condition>();
    for (JsonNode each : json) {
      try {
        conditions.add(compile(each.path("expression").asText()));
      } catch (ConditionException e) {
        throw new IllegalArgumentException(
            "matchCondition " + each.path("name").asText() + ": " + e.getMessage(), e);
      }
    }
    return new MatchConditions(List.copyOf(conditions));
  }

  static Condition compile(String expression) throws ConditionException {
    return Compiler.INSTANCE.compile(expression);
  }

  boolean isEmpty() {
    return conditions.isEmpty();
  }

  /**
   * Whether all hold. One that does not hold decides, whatever errors others end with.
   *
   * @throws ConditionException when none fails to hold but some can't be evaluated
   */
  boolean hold(Map<String, JsonNode> variables) throws ConditionException {
    ConditionException first = null;
    for (Condition condition : conditions) {
      try {
        if (!condition.holds(variables)) {
          return false;
        }
      } catch (ConditionException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
    return true;
  }
}
