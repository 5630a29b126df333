package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.cel.PolicyCompiler;
import io.usher.cel.PolicyInput;
import io.usher.cel.ResultType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** A policy's {@code matchConditions}, compiled. */
record MatchConditions(List<Expression> conditions) {

  static MatchConditions of(JsonNode json, PolicyCompiler compiler) {
    var conditions = new ArrayList<Expression>();
    json.forEach(
        each ->
            conditions.add(
                Expression.of(compiler, each.path("expression").asText(), ResultType.BOOL)));
    return new MatchConditions(List.copyOf(conditions));
  }

  boolean isEmpty() {
    return conditions.isEmpty();
  }

  /**
   * Whether all hold. All are evaluated, as what they cost together counts. One that does not hold
   * decides, whatever errors others end with.
   *
   * @throws EvaluationException when none fails to hold but some can't be evaluated, or when they
   *     cost too much
   */
  boolean hold(PolicyInput input) throws EvaluationException {
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
