package io.usher.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.admission.match.Expression;
import io.usher.apiserver.admission.match.MatchConditions;
import io.usher.cel.PolicyCompiler;
import io.usher.cel.PolicyScope;
import io.usher.cel.ResultType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles the {@code matchConditions} of webhooks. Thread-safe. */
final class ConditionCompiler {

  /** For an API server, which has an authorizer. */
  static final ConditionCompiler OF_SERVER = new ConditionCompiler(true);

  /** Where nobody can be asked who may do what. */
  static final ConditionCompiler WITHOUT_AUTHORIZER = new ConditionCompiler(false);

  private final boolean authorizer;

  /** Only who has conditions pays for it. */
  private @Nullable PolicyCompiler compiler;

  private ConditionCompiler(boolean authorizer) {
    this.authorizer = authorizer;
  }

  /** Compiles the conditions of a webhook. One that can't be compiled fails when it is asked. */
  synchronized MatchConditions compile(JsonNode json) {
    return json.isEmpty() ? new MatchConditions(List.of()) : MatchConditions.of(json, compiler());
  }

  /**
   * The same of conditions that nobody has checked.
   *
   * @throws IllegalArgumentException when one can't be compiled
   */
  MatchConditions compileAll(JsonNode json) {
    MatchConditions compiled = compile(json);
    for (int i = 0; i < json.size(); i++) {
      String problem = compiled.conditions().get(i).problem();
      if (!problem.isEmpty()) {
        throw new IllegalArgumentException(
            "matchCondition " + json.path(i).path("name").asText() + ": " + problem);
      }
    }
    return compiled;
  }

  /** Compiles one. */
  synchronized Expression compile(String expression) {
    return Expression.of(compiler(), expression, ResultType.BOOL);
  }

  private PolicyCompiler compiler() {
    PolicyCompiler made = compiler;
    if (made == null) {
      made = PolicyCompiler.of(new PolicyScope(false, authorizer, false));
      compiler = made;
    }
    return made;
  }
}
