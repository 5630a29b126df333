package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.admission.match.Rule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A binding, which puts a policy to work.
 *
 * @param resources which of the policy's writes it is about; null for all
 * @param paramRef as the binding writes it; a missing node where there is none
 * @param actions what comes of a failed validation: {@code Deny}, {@code Warn}, {@code Audit}
 */
record PolicyBinding(
    String name,
    String policy,
    @Nullable MatchResources resources,
    JsonNode paramRef,
    List<String> actions) {

  PolicyBinding {
    actions = List.copyOf(actions);
  }

  static PolicyBinding of(JsonNode object) {
    JsonNode spec = object.path("spec");
    return new PolicyBinding(
        object.path("metadata").path("name").asText(),
        spec.path("policyName").asText(),
        spec.has("matchResources") ? MatchResources.of(spec.path("matchResources")) : null,
        spec.path("paramRef"),
        Rule.texts(spec, "validationActions"));
  }
}
