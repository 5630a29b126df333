package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.admission.match.MatchConditions;
import io.usher.cel.PolicyCompiler;
import io.usher.cel.PolicyScope;
import java.util.ArrayList;
import java.util.List;

/**
 * The expressions of a MutatingAdmissionPolicy, compiled. Thread-safe.
 *
 * @param reinvoked whether {@code reinvocationPolicy} is IfNeeded
 */
record MutatingProgram(MatchConditions conditions, List<Mutation> mutations, boolean reinvoked) {

  static MutatingProgram of(JsonNode spec) {
    PolicyCompiler compiler = PolicyCompiler.of(new PolicyScope(spec.has("paramKind"), true, true));
    ValidatingProgram.declare(spec.path("variables"), compiler);
    var mutations = new ArrayList<Mutation>();
    spec.path("mutations").forEach(each -> mutations.add(Mutation.of(each, compiler)));
    return new MutatingProgram(
        MatchConditions.of(spec.path("matchConditions"), compiler),
        List.copyOf(mutations),
        spec.path("reinvocationPolicy").asText().equals("IfNeeded"));
  }
}
