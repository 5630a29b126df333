package io.usher.telemetry;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.usher.admission.AdmissionRequest;
import io.usher.rule.Phase;
import io.usher.rule.ResourceMatch;
import io.usher.rule.RuleDefinition;
import io.usher.webhook.WebhookRegistration;
import io.usher.webhook.declaration.KnownResource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of one webhook's requests, as labels. They are those of the registered resources,
 * whatever kind a request names: what a caller sends is never a label.
 */
final class KindLabels {

  static final String OTHER = "other";

  private final Map<ResourceMatch, String> kinds = new LinkedHashMap<>();

  KindLabels(WebhookRegistration webhook) {
    for (var phase : Phase.values()) {
      for (var rule : webhook.rules(phase)) {
        for (var resource : rule.match().resources()) {
          kinds.putIfAbsent(resource, kind(resource, rule));
        }
      }
    }
  }

  String of(AdmissionRequest request) {
    for (var kind : kinds.entrySet()) {
      if (kind.getKey().matches(request)) {
        return kind.getValue();
      }
    }
    return OTHER;
  }

  /** Those that a rule's requests can have. */
  Set<String> of(RuleDefinition rule) {
    return rule.match().resources().stream().map(kinds::get).collect(Collectors.toSet());
  }

  private static String kind(ResourceMatch resource, RuleDefinition rule) {
    if (resource.resource().equals("*") || resource.subresource().equals("*")) {
      return OTHER;
    }
    return KnownResource.kindOf(resource).orElseGet(() -> custom(resource, rule.objectType()));
  }

  /** The kind of a rule's type; where rules take trees, the resource, as a CRD is named. */
  private static String custom(ResourceMatch resource, @Nullable Class<?> type) {
    if (type != null
        && HasMetadata.class.isAssignableFrom(type)
        && type != GenericKubernetesResource.class) {
      return HasMetadata.getKind(type);
    }
    String group = resource.group();
    return group.isEmpty() || group.equals("*") ? resource.path() : resource.path() + "." + group;
  }
}
