package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.api.GroupResource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** For which Pods and claims of volumes a ResourceQuota with scopes is. */
final class QuotaScopes {

  private QuotaScopes() {}

  /** Whether a quota has no scope, or each of them is met. Objects of other types meet none. */
  static boolean match(JsonNode quota, GroupResource resource, JsonNode object) {
    JsonNode spec = quota.path("spec");
    for (JsonNode scope : spec.path("scopes")) {
      if (!matches(resource, scope.asText(), "Exists", List.of(), object)) {
        return false;
      }
    }
    for (JsonNode each : spec.path("scopeSelector").path("matchExpressions")) {
      var values = new ArrayList<String>();
      each.path("values").forEach(value -> values.add(value.asText()));
      String scope = each.path("scopeName").asText();
      if (!matches(resource, scope, each.path("operator").asText(), values, object)) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(
      GroupResource resource, String scope, String operator, List<String> values, JsonNode object) {
    if (resource.equals(QuotaUsage.CLAIMS)) {
      return scope.equals("VolumeAttributesClass")
          && matchesNames(operator, values, attributesClasses(object));
    }
    return resource.equals(QuotaUsage.PODS) && matches(scope, operator, values, object);
  }

  /** The classes that a claim has, gets and wants. */
  private static Set<String> attributesClasses(JsonNode claim) {
    var names = new HashSet<String>();
    for (String path :
        List.of(
            "/spec/volumeAttributesClassName",
            "/status/currentVolumeAttributesClassName",
            "/status/modifyVolumeStatus/targetVolumeAttributesClassName")) {
      names.add(claim.at(path).asText());
    }
    names.remove("");
    return names;
  }

  private static boolean matches(String scope, String operator, List<String> values, JsonNode pod) {
    JsonNode spec = pod.path("spec");
    return switch (scope) {
      case "Terminating" -> isTerminating(pod);
      case "NotTerminating" -> !isTerminating(pod);
      case "BestEffort" -> isBestEffort(pod);
      case "NotBestEffort" -> !isBestEffort(pod);
      case "PriorityClass" -> {
        String name = spec.path("priorityClassName").asText();
        yield matchesNames(operator, values, name.isEmpty() ? Set.of() : Set.of(name));
      }
      case "CrossNamespacePodAffinity" -> isAcrossNamespaces(spec.path("affinity"));
      default -> false;
    };
  }

  /** Whether a Pod may run for some time only; this alone of what scopes ask may change. */
  static boolean isTerminating(JsonNode pod) {
    return pod.path("spec").has("activeDeadlineSeconds");
  }

  private static boolean matchesNames(String operator, List<String> values, Set<String> names) {
    return switch (operator) {
      case "Exists" -> !names.isEmpty();
      case "DoesNotExist" -> names.isEmpty();
      case "In" -> names.stream().anyMatch(values::contains);
      case "NotIn" -> names.isEmpty() || !values.containsAll(names);
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
