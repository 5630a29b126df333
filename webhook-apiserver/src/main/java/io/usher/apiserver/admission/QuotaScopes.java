package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** For which Pods a ResourceQuota with scopes is. */
final class QuotaScopes {

  private QuotaScopes() {}

  /** Whether a quota has no scope, or each of them is met. An object that is no Pod meets none. */
  static boolean match(JsonNode quota, JsonNode object, boolean isPod) {
    JsonNode spec = quota.path("spec");
    for (JsonNode scope : spec.path("scopes")) {
      if (!isPod || !matches(scope.asText(), "Exists", List.of(), object)) {
        return false;
      }
    }
    for (JsonNode each : spec.path("scopeSelector").path("matchExpressions")) {
      var values = new ArrayList<String>();
      each.path("values").forEach(value -> values.add(value.asText()));
      String scope = each.path("scopeName").asText();
      if (!isPod || !matches(scope, each.path("operator").asText(), values, object)) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(String scope, String operator, List<String> values, JsonNode pod) {
    JsonNode spec = pod.path("spec");
    return switch (scope) {
      case "Terminating" -> spec.has("activeDeadlineSeconds");
      case "NotTerminating" -> !spec.has("activeDeadlineSeconds");
      case "BestEffort" -> isBestEffort(pod);
      case "NotBestEffort" -> !isBestEffort(pod);
      case "PriorityClass" ->
          matchesClass(operator, values, spec.path("priorityClassName").asText());
      case "CrossNamespacePodAffinity" -> isAcrossNamespaces(spec.path("affinity"));
      default -> false;
    };
  }

  private static boolean matchesClass(String operator, List<String> values, String name) {
    return switch (operator) {
      case "Exists" -> !name.isEmpty();
      case "DoesNotExist" -> name.isEmpty();
      case "In" -> values.contains(name);
      case "NotIn" -> !values.contains(name);
      default -> false;
    };
  }

  private static boolean isBestEffort(JsonNode pod) {
    return PodResources.requests(pod).isEmpty() && PodResources.limits(pod).isEmpty();
  }

  private static boolean isAcrossNamespaces(JsonNode affinity) {
    for (String kind : new String[] {"podAffinity", "podAntiAffinity"}) {
      JsonNode terms = affinity.path(kind);
      for (JsonNode term : terms.path("requiredDuringSchedulingIgnoredDuringExecution")) {
        if (namesNamespaces(term)) {
          return true;
        }
      }
      for (JsonNode term : terms.path("preferredDuringSchedulingIgnoredDuringExecution")) {
        if (namesNamespaces(term.path("podAffinityTerm"))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean namesNamespaces(JsonNode term) {
    return !term.path("namespaces").isEmpty() || term.has("namespaceSelector");
  }
}
