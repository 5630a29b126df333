package io.usher.apiserver.admission.match;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.cel.PolicyCompiler;
import io.usher.cel.PolicyInput;
import io.usher.cel.ResultType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** The {@code matchConditions} of a policy or a webhook, compiled. */
public record MatchConditions(List<Expression> conditions) {

  public MatchConditions {
    conditions = List.copyOf(conditions);
  }

  /** Compiles them, each as {@code {name, expression}}. */
  public static MatchConditions of(JsonNode json, PolicyCompiler compiler) {
    var conditions = new ArrayList<Expression>();
    json.forEach(
        each ->
            conditions.add(
                Expression.of(compiler, each.path("expression").asText(), ResultType.BOOL)));
    return new MatchConditions(conditions);
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return conditions.isEmpty();
  }

  /**
   * Whether all hold. All are evaluated, as what they cost together counts. One that does not hold
   * decides, whatever errors others end with.
   *
   * @throws EvaluationException when none fails to hold but some can't be evaluated, or when they
   *     cost too much
   */
  public boolean hold(PolicyInput input) throws EvaluationException {
    var problems = new LinkedHashSet<String>();
    boolean hold = true;
    for (Expression condition : conditions) {
      try {
        hold &= Boolean.TRUE.equals(condition.evaluate(input));
      } catch (EvaluationException e) {
        problems.add(String.valueOf(e.getMessage()));
      } catch (SpentException e) {
        throw new EvaluationException(String.valueOf(e.getMessage()));
      }
    }
    if (hold && !problems.isEmpty()) {
      String all = String.join(", ", problems);
      throw new EvaluationException(problems.size() > 1 ? '[' + all + ']' : all);
    }
    return hold;
  }
}
