package io.usher.cli.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.rule.Phase;
import io.usher.rule.RuleDefinition;
import io.usher.rule.RuleMatch;
import io.usher.rule.Scope;
import io.usher.webhook.WebhookRegistration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a webhook is registered for, held against requests as an API server does. */
final class Registered {

  private Registered() {}

  /** Whether an API server would call this webhook's phase. */
  static boolean matches(
      WebhookRegistration webhook,
      Phase phase,
      AdmissionRequest request,
      @Nullable ObjectNode object,
      Map<String, String> namespaceLabels) {
    if (!webhook.has(phase)
        || webhook.rules(phase).stream()
            .map(RuleDefinition::match)
            .noneMatch(match -> matches(match, request))) {
      return false;
    }
    boolean cluster = request.namespace().isEmpty();
    ObjectNode old = request.oldObject();
    return (cluster || webhook.namespaceSelector().matches(namespaceLabels))
        && (webhook.objectSelector().matches(labels(object))
            || (old != null && webhook.objectSelector().matches(labels(old))));
  }

  private static boolean matches(RuleMatch match, AdmissionRequest request) {
    boolean namespaced =
        !request.namespace().isEmpty() && !request.resource().resource().equals("namespaces");
    return match.operations().contains(request.operation())
        && match.resources().stream().anyMatch(resource -> resource.matches(request))
        && (match.scope() == Scope.ANY || namespaced == (match.scope() == Scope.NAMESPACED));
  }

  /** An object's labels. */
  static Map<String, String> labels(@Nullable ObjectNode object) {
    var labels = new HashMap<String, String>();
    if (object != null) {
      object
          .at("/metadata/labels")
          .properties()
          .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    }
    return labels;
  }
}
