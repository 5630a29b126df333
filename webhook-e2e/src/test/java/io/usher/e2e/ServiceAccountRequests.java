package io.usher.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a ServiceAccount asked of kube-apiserver, by its audit log. */
final class ServiceAccountRequests {

  private static final int OK = 200;

  private final List<JsonNode> events;

  /**
   * Those of one account.
   *
   * @param log lines of the audit log, each an event; the last one may be in the writing
   */
  ServiceAccountRequests(Stream<String> log, String namespace, String name) {
    String user = "system:serviceaccount:" + namespace + ":" + name;
    events =
        log.filter(line -> line.contains(user) && line.endsWith("}"))
            .map(Documents::json)
            .filter(event -> event.at("/user/username").asText().equals(user))
            .toList();
  }

  /** How often each object of a resource was patched, by {@code NAMESPACE/NAME}. */
  Map<String, Integer> patched(String resource) {
    var patched = new TreeMap<String, Integer>();
    answered("patch", resource)
        .map(object -> object.path("namespace").asText() + "/" + object.path("name").asText())
        .forEach(object -> patched.merge(object, 1, Integer::sum));
    return patched;
  }

  /** What was asked for with success of a resource, {@code nodes/proxy}. */
  Stream<JsonNode> answered(String verb, String resource) {
    return events.stream()
        .filter(event -> event.at("/responseStatus/code").asInt() == OK)
        .filter(event -> event.path("verb").asText().equals(verb))
        .map(event -> event.path("objectRef"))
        .filter(object -> resource(object).equals(resource));
  }

  /** What RBAC forbade, {@code VERB RESOURCE.GROUP}, in the order of the log. */
  List<String> forbidden() {
    return events.stream()
        .filter(
            event ->
                event
                    .path("annotations")
                    .path("authorization.k8s.io/decision")
                    .asText()
                    .equals("forbid"))
        .map(ServiceAccountRequests::right)
        .toList();
  }

  private static String right(JsonNode event) {
    JsonNode object = event.path("objectRef");
    return object.isMissingNode()
        ? event.path("verb").asText() + " " + event.path("requestURI").asText()
        : "%s %s.%s"
            .formatted(
                event.path("verb").asText(), resource(object), object.path("apiGroup").asText());
  }

  private static String resource(JsonNode object) {
    String resource = object.path("resource").asText();
    return object.has("subresource")
        ? resource + "/" + object.path("subresource").asText()
        : resource;
  }
}
