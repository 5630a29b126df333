package io.usher.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Configurations of webhooks as what is written. */
final class ConfigurationChecks {

  private static final Set<String> KINDS =
      Set.of(
          "ValidatingWebhookConfiguration",
          "MutatingWebhookConfiguration",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding",
          "MutatingAdmissionPolicy",
          "MutatingAdmissionPolicyBinding");

  private ConfigurationChecks() {}

  /** Kinds that no webhook is called for, so that a bad one can always be taken away. */
  static boolean isExempt(AdmissionAttributes attributes) {
    return attributes.info().group().equals(WebhookConfigurations.GROUP)
        && KINDS.contains(attributes.resource().type().kind());
  }

  /**
   * Refuses a configuration with a condition that can't be evaluated.
   *
   * @throws ApiException 422, as kube-apiserver words it
   */
  static void check(AdmissionAttributes attributes, String kind) {
    ObjectNode object = attributes.object();
    if (object == null
        || !attributes.info().group().equals(WebhookConfigurations.GROUP)
        || !attributes.resource().type().kind().equals(kind)) {
      return;
    }
    var errors = new ArrayList<FieldError>();
    int webhook = 0;
    for (JsonNode entry : object.path("webhooks")) {
      int condition = 0;
      for (JsonNode each : entry.path("matchConditions")) {
        String path = "webhooks[" + webhook + "].matchConditions[" + condition + "].expression";
        compile(path, each.path("expression").asText(), errors);
        condition++;
      }
      webhook++;
    }
    if (!errors.isEmpty()) {
      throw new ApiException(
          Status.invalid(WebhookConfigurations.GROUP, kind, attributes.name(), errors));
    }
  }

  private static void compile(String path, String expression, List<FieldError> errors) {
    String problem = ConditionCompiler.OF_SERVER.compile(expression).problem();
    if (!problem.isEmpty()) {
      errors.add(FieldError.invalid(path, expression, problem));
    }
  }
}
