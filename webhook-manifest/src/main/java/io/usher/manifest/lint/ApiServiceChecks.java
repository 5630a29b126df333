package io.usher.manifest.lint;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.manifest.lint.LintRule.ObjectFault;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What can be wrong with an {@code APIService}; those that kube-apiserver serves itself are fine.
 */
final class ApiServiceChecks {

  private static final String GROUP = "apiregistration.k8s.io/";

  private ApiServiceChecks() {}

  static List<ObjectFault> insecure(List<LintedObject> objects) {
    return services(objects)
        .filter(each -> each.object().at("/spec/insecureSkipTLSVerify").asBoolean())
        .map(each -> new ObjectFault(each, "insecureSkipTLSVerify is true"))
        .toList();
  }

  static List<ObjectFault> stopsDeletion(List<LintedObject> objects) {
    return services(objects)
        .map(
            each ->
                new ObjectFault(each, "every deletion of a namespace waits for " + backend(each)))
        .toList();
  }

  static List<ObjectFault> withoutEndpoints(List<LintedObject> objects) {
    return services(objects)
        .filter(each -> objects.stream().noneMatch(other -> isBehind(other, each, objects)))
        .map(each -> new ObjectFault(each, "nothing here is behind " + backend(each)))
        .toList();
  }

  /** A server that has its objects in a file needs a volume, and is one; others can be more. */
  static List<ObjectFault> oneReplica(List<LintedObject> objects) {
    return services(objects)
        .flatMap(
            each ->
                objects.stream()
                    .filter(other -> is(other, "Deployment") || is(other, "StatefulSet"))
                    .filter(other -> isBehind(other, each, objects))
                    .filter(other -> other.object().at("/spec/replicas").asInt(1) == 1)
                    .filter(other -> !keepsVolume(other.object().path("spec")))
                    .map(other -> new ObjectFault(each, other.describe() + " has one replica")))
        .toList();
  }

  private static boolean keepsVolume(JsonNode workload) {
    return !workload.path("volumeClaimTemplates").isEmpty()
        || StreamSupport.stream(workload.at("/template/spec/volumes").spliterator(), false)
            .anyMatch(each -> each.has("persistentVolumeClaim") || each.has("hostPath"));
  }

  private static Stream<LintedObject> services(List<LintedObject> objects) {
    return objects.stream()
        .filter(
            each ->
                is(each, "APIService")
                    && each.object().path("apiVersion").asText().startsWith(GROUP)
                    && each.object().at("/spec/service").isObject());
  }

  private static String backend(LintedObject apiService) {
    JsonNode service = apiService.object().at("/spec/service");
    return "Service " + service.path("namespace").asText() + '/' + service.path("name").asText();
  }

  /** Endpoints of its Service, or a workload whose Pods the Service selects. */
  private static boolean isBehind(
      LintedObject candidate, LintedObject apiService, List<LintedObject> objects) {
    JsonNode service = apiService.object().at("/spec/service");
    JsonNode metadata = candidate.object().path("metadata");
    if (!metadata.path("namespace").equals(service.path("namespace"))) {
      return false;
    }
    if (is(candidate, "EndpointSlice")) {
      return metadata
          .path("labels")
          .path("kubernetes.io/service-name")
          .equals(service.path("name"));
    }
    if (is(candidate, "Endpoints")) {
      return metadata.path("name").equals(service.path("name"));
    }
    JsonNode labels =
        is(candidate, "Pod")
            ? metadata.path("labels")
            : candidate.object().at("/spec/template/metadata/labels");
    return objects.stream()
        .filter(each -> is(each, "Service"))
        .filter(each -> each.object().at("/metadata/name").equals(service.path("name")))
        .filter(each -> each.object().at("/metadata/namespace").equals(service.path("namespace")))
        .anyMatch(each -> selects(each.object().at("/spec/selector"), labels));
  }

  private static boolean selects(JsonNode selector, JsonNode labels) {
    return !selector.isEmpty()
        && StreamSupport.stream(((Iterable<String>) selector::fieldNames).spliterator(), false)
            .allMatch(key -> selector.get(key).equals(labels.get(key)));
  }

  private static boolean is(LintedObject object, String kind) {
    return object.object().path("kind").asText().equals(kind);
  }
}
