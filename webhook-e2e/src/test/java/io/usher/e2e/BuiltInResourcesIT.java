package io.usher.e2e;

import static io.usher.e2e.Documents.pod;
import static io.usher.e2e.Documents.yaml;
import static io.usher.e2e.KubernetesApi.MERGE_PATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a rule sees of each resource and verb that the API server lists. The rules warn of what they
 * see, a mutating and a validating one.
 */
@ExtendWith(ClusterExtension.class)
final class BuiltInResourcesIT {

  private static final String OBSERVER = "observer.e2e.usher.io";

  /** The API server sends these to no webhook, lest one locks everybody out. */
  private static final Set<String> NEVER_SENT =
      Set.of(
          "MutatingAdmissionPolicy",
          "MutatingAdmissionPolicyBinding",
          "MutatingWebhookConfiguration",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding",
          "ValidatingWebhookConfiguration");

  private final TestNamespace namespace;
  private final KubernetesApi api;

  BuiltInResourcesIT(TestNamespace namespace, KubernetesApi api) {
    this.namespace = namespace;
    this.api = api;
  }

  /**
   * A resource of the discovery document.
   *
   * @param groupVersion {@code v1}, {@code apps/v1}
   * @param path {@code pods}, {@code pods/exec}
   */
  private record Resource(
      String groupVersion, String path, String kind, boolean namespaced, Set<String> verbs) {

    Resource {
      verbs = Set.copyOf(verbs);
    }

    boolean isStored() {
      return !path.contains("/") && verbs.contains("update");
    }

    boolean isSubresourceOf(Resource other) {
      return groupVersion.equals(other.groupVersion) && path.startsWith(other.path + "/");
    }

    /** {@code apps/v1/deployments}; the core group is empty. */
    String qualified(String last) {
      return (groupVersion.contains("/") ? groupVersion : "/" + groupVersion) + "/" + last;
    }
  }

  @TestFactory
  Stream<DynamicTest> storedResourceIsSeenOnEveryVerb() {
    return everyStoredResource("v1");
  }

  @TestFactory
  Stream<DynamicTest> storedResourceIsSeenOnEveryVerbByV1beta1Reviews() {
    return everyStoredResource("v1beta1");
  }

  private Stream<DynamicTest> everyStoredResource(String reviewVersion) {
    register("*/*/*/*", reviewVersion);
    List<Resource> resources = resources();
    Map<String, ObjectNode> objects = objects();
    assertThat(resources.stream().filter(Resource::isStored).map(this::key))
        .as("each stored resource has an object in built-in-objects.yaml")
        .containsExactlyInAnyOrderElementsOf(objects.keySet());
    return resources.stream()
        .filter(Resource::isStored)
        .map(
            resource ->
                dynamicTest(
                    resource.qualified(resource.path()),
                    () ->
                        seenOnEveryVerb(
                            resource,
                            objects.get(key(resource)),
                            resources.stream().filter(r -> r.isSubresourceOf(resource)).toList())));
  }

  private void seenOnEveryVerb(Resource resource, ObjectNode object, List<Resource> subresources) {
    String name = object.at("/metadata/name").asText();
    String kind = resource.kind();
    String collection = collection(resource);
    String path = collection + "/" + name;

    assertSeen(
        api.create(collection, object).accepted(),
        resource,
        "CREATE",
        name,
        kind,
        "none",
        "CreateOptions");
    assertSeen(updateLatest(path, path), resource, "UPDATE", name, kind, kind, "UpdateOptions");
    assertSeen(
        api.patch(path, MERGE_PATCH, yaml("{metadata: {annotations: {patched: \"1\"}}}"))
            .accepted(),
        resource,
        "UPDATE",
        name,
        kind,
        kind,
        "UpdateOptions");
    for (Resource subresource : subresources) {
      if (subresource.verbs().contains("update") && !subresource.path().endsWith("/proxy")) {
        subresourceIsSeen(subresource, name, path);
      }
    }
    assertSeen(
        api.delete(path + "?dryRun=All").accepted(),
        resource,
        "DELETE",
        name,
        "none",
        kind,
        "DeleteOptions");
    if (resource.verbs().contains("deletecollection")) {
      assertSeen(
          api.delete(collection + "?labelSelector=observed%3D" + namespace.name()).accepted(),
          resource,
          "DELETE",
          "",
          "none",
          kind,
          "DeleteOptions");
    }
  }

  private void subresourceIsSeen(Resource subresource, String name, String path) {
    String last = subresource.path().substring(subresource.path().indexOf('/'));
    boolean scale = last.equals("/scale");
    assertSeen(
        updateLatest(scale ? path + last : path, path + last),
        subresource,
        "UPDATE",
        name,
        subresource.kind(),
        subresource.kind(),
        "UpdateOptions");
    if (subresource.verbs().contains("patch")) {
      JsonNode patch =
          scale
              ? yaml("{spec: {replicas: 2}}")
              : yaml("{metadata: {annotations: {patched: \"2\"}}}");
      assertSeen(
          api.patch(path + last, MERGE_PATCH, patch).accepted(),
          subresource,
          "UPDATE",
          name,
          subresource.kind(),
          subresource.kind(),
          "UpdateOptions");
    }
  }

  /** Labels what is there and puts it, again where a controller of the API server was faster. */
  private Answer updateLatest(String from, String to) {
    while (true) {
      ObjectNode latest = api.get(from).accepted().body();
      latest.withObject("/metadata/labels").put("observed", namespace.name());
      Answer answer = api.update(to, latest);
      if (answer.status() != 409) {
        return answer.accepted();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v1beta1"})
  void connectionsAreSeen(String reviewVersion) {
    api.create(namespace.path("v1", "pods"), pod("web")).accepted();
    register("*/*/*/*", reviewVersion);
    Set<String> seen = new TreeSet<>();
    for (Resource resource : resources()) {
      if (resource.kind().matches("(Pod|Service|Node)(Exec|Attach|PortForward|Proxy)Options")) {
        seen.add(resource.path());
        String[] parts = resource.path().split("/");
        String path = collection(resource).replaceFirst("/[^/]+/[^/]+$", "/" + parts[0]);
        Answer answer = api.create(path + "/web/" + parts[1], yaml("{}"));

        assertThat(answer.refused(403)).endsWith("denied the request: observed");
        assertSeen(answer, resource, "CONNECT", "web", resource.kind(), "none", "none");
      }
    }
    assertThat(seen)
        .containsExactly(
            "nodes/proxy",
            "pods/attach",
            "pods/exec",
            "pods/portforward",
            "pods/proxy",
            "services/proxy");
  }

  @Test
  void creationOnlySubresourcesAreSeen() {
    register("*/*/*/*", "v1");
    String pods = namespace.path("v1", "pods");
    String accounts = namespace.path("v1", "serviceaccounts");
    for (String name : List.of("bound", "bound-too", "evicted")) {
      api.create(pods, pod(name)).accepted();
    }
    api.create(accounts, yaml("{apiVersion: v1, kind: ServiceAccount, metadata: {name: web}}"))
        .accepted();
    String binding = "{target: {kind: Node, name: nowhere}, metadata: {name: %s}}";

    assertSeen(
        api.create(pods + "/bound/binding", yaml(binding.formatted("bound"))).accepted(),
        resource("v1", "pods/binding"),
        "CREATE",
        "bound",
        "Binding",
        "none",
        "CreateOptions");
    assertSeen(
        api.create(namespace.path("v1", "bindings"), yaml(binding.formatted("bound-too")))
            .accepted(),
        resource("v1", "bindings"),
        "CREATE",
        "bound-too",
        "Binding",
        "none",
        "CreateOptions");
    assertSeen(
        api.create(
                pods + "/evicted/eviction",
                yaml("{apiVersion: policy/v1, kind: Eviction, metadata: {name: evicted}}"))
            .accepted(),
        resource("v1", "pods/eviction"),
        "CREATE",
        "evicted",
        "Eviction",
        "none",
        "CreateOptions");
    assertSeen(
        api.create(accounts + "/web/token", yaml("{spec: {audiences: []}}")).accepted(),
        resource("v1", "serviceaccounts/token"),
        "CREATE",
        "web",
        "TokenRequest",
        "none",
        "CreateOptions");
  }

  /**
   * Who asks who somebody is, or what he may do. Kubernetes 1.36 sends these through admission like
   * any other create; 1.37 no longer does.
   */
  @Test
  void reviewsOfAccessAreSeen() {
    register("*/*/*/*", "v1");
    String attributes = "resourceAttributes: {verb: get, resource: pods, namespace: %s}";
    String asked = attributes.formatted(namespace.name());
    Map<String, String> specs =
        Map.of(
            "LocalSubjectAccessReview", "{user: jane, %s}".formatted(asked),
            "SelfSubjectAccessReview", "{%s}".formatted(asked),
            "SelfSubjectReview", "",
            "SelfSubjectRulesReview", "{namespace: %s}".formatted(namespace.name()),
            "SubjectAccessReview", "{user: jane, %s}".formatted(asked),
            "TokenReview", "{token: nobody's}");
    List<Resource> reviews =
        resources().stream().filter(resource -> resource.kind().endsWith("Review")).toList();

    assertThat(reviews.stream().map(Resource::kind))
        .containsExactlyInAnyOrderElementsOf(specs.keySet());
    for (Resource review : reviews) {
      ObjectNode object = yaml("{metadata: {}}");
      object.put("apiVersion", review.groupVersion()).put("kind", review.kind());
      if (!specs.get(review.kind()).isEmpty()) {
        object.set("spec", yaml(specs.get(review.kind())));
      }

      assertSeen(
          api.create(collection(review), object).accepted(),
          review,
          "CREATE",
          "",
          review.kind(),
          "none",
          "CreateOptions");
    }
  }

  @Test
  void generatedNameIsNotYetThere() {
    register("/v1/configmaps", "v1");
    ObjectNode generated =
        yaml("{apiVersion: v1, kind: ConfigMap, metadata: {generateName: generated-}}");

    Answer answer = api.create(namespace.path("v1", "configmaps"), generated).accepted();

    assertThat(answer.warnings())
        .filteredOn(warning -> warning.startsWith("mutating"))
        .singleElement()
        .asString()
        .contains(" name= ");
    assertThat(answer.at("/metadata/name").asText()).startsWith("generated-");
  }

  @Test
  void webhookConfigurationsAndPoliciesAreNeverSent() {
    register("*/*/*/*", "v1");
    String conditions =
        "{matchConstraints: {resourceRules: [{apiGroups: [x], apiVersions: [v1],"
            + " operations: [CREATE], resources: [x]}]}, failurePolicy: Fail, %s}";
    Map<String, String> specs =
        Map.of(
            "MutatingAdmissionPolicy",
            conditions.formatted(
                "reinvocationPolicy: Never, mutations: [{patchType: JSONPatch,"
                    + " jsonPatch: {expression: '[JSONPatch{op: \"test\", path: \"/a\"}]'}}]"),
            "MutatingAdmissionPolicyBinding",
            "{policyName: x}",
            "ValidatingAdmissionPolicy",
            conditions.formatted("validations: [{expression: \"true\"}]"),
            "ValidatingAdmissionPolicyBinding",
            "{policyName: x, validationActions: [Warn]}");
    for (Resource resource : resources(Set.of())) {
      if (NEVER_SENT.contains(resource.kind()) && !resource.path().contains("/")) {
        ObjectNode object = yaml("{metadata: {}}");
        object
            .put("apiVersion", "admissionregistration.k8s.io/v1")
            .put("kind", resource.kind())
            .withObject("/metadata")
            .put("name", namespace.name() + "-never");
        if (specs.containsKey(resource.kind())) {
          object.set("spec", yaml(specs.get(resource.kind())));
        }

        assertThat(api.create(collection(resource) + "?dryRun=All", object).accepted().warnings())
            .as(resource.kind())
            .isEmpty();
      }
    }
  }

  /** What {@link #otherVersionIsConverted} converts is all that there is to convert. */
  @Test
  void noOtherResourceIsServedInTwoVersions() {
    Map<String, List<String>> versions =
        resources().stream()
            .filter(Resource::isStored)
            .collect(
                Collectors.groupingBy(
                    Resource::kind,
                    Collectors.mapping(Resource::groupVersion, Collectors.toList())));
    versions.values().removeIf(served -> served.size() == 1);

    assertThat(versions)
        .containsOnly(
            entry("Event", List.of("v1", "events.k8s.io/v1")),
            entry("HorizontalPodAutoscaler", List.of("autoscaling/v2", "autoscaling/v1")));
  }

  /** The client asks for one version, the webhook is registered for another. */
  @ParameterizedTest(name = "{0} {1} for a webhook of {2}")
  @CsvSource({
    "autoscaling/v2,   horizontalpodautoscalers, autoscaling/v1,   HorizontalPodAutoscaler",
    "autoscaling/v1,   horizontalpodautoscalers, autoscaling/v2,   HorizontalPodAutoscaler",
    "v1,               events,                   events.k8s.io/v1, Event",
    "events.k8s.io/v1, events,                   v1,               Event"
  })
  void otherVersionIsConverted(String asked, String resource, String registered, String kind) {
    String rule = registered.contains("/") ? registered : "/" + registered;
    register(rule + "/" + resource, "v1");
    ObjectNode object = objects().get(asked + "/" + kind);

    Answer answer = api.create(namespace.path(asked, resource), object).accepted();

    String from = asked.contains("/") ? asked : "/" + asked;
    String seen =
        "CREATE %s/%s %s/%s as %s/%s %s/%s name=%s namespace=%s object=%s oldObject=none options=%s"
            .formatted(
                rule,
                kind,
                rule,
                resource,
                from,
                kind,
                from,
                resource,
                namespace.name(),
                namespace.name(),
                kind,
                "CreateOptions");
    assertThat(answer.warnings()).contains("mutating " + seen, "validating " + seen);
  }

  private void register(String rule, String reviewVersion) {
    for (WebhookConfiguration configuration :
        List.of(namespace.mutating(), namespace.validating())) {
      namespace.register(
          configuration.webhook(
              OBSERVER,
              "CREATE,UPDATE,DELETE,CONNECT " + rule,
              webhook -> {
                webhook.putArray("admissionReviewVersions").add(reviewVersion);
                // a Namespace is selected by its own labels, not by those of where it lives
                webhook
                    .putObject("namespaceSelector")
                    .putArray("matchExpressions")
                    .addObject()
                    .put("key", "kubernetes.io/metadata.name")
                    .put("operator", "In")
                    .putArray("values")
                    .add(namespace.name())
                    .add(observedNamespace());
              }));
    }
  }

  private void assertSeen(
      Answer answer,
      Resource resource,
      String operation,
      String name,
      String object,
      String oldObject,
      String options) {
    String kind = qualifiedKind(resource);
    String place = resource.qualified(resource.path());
    String where =
        resource.namespaced() ? namespace.name() : resource.kind().equals("Namespace") ? name : "";
    String seen =
        "%s %s %s as %s %s name=%s namespace=%s object=%s oldObject=%s options=%s"
            .formatted(
                operation, kind, place, kind, place, name, where, object, oldObject, options);
    assertThat(answer.warnings())
        .as(answer.request())
        .contains("mutating " + seen, "validating " + seen);
  }

  private String observedNamespace() {
    return namespace.name() + "-observed";
  }

  private static String qualifiedKind(Resource resource) {
    return switch (resource.kind()) {
      case "Scale" -> "autoscaling/v1/Scale";
      case "Eviction" -> "policy/v1/Eviction";
      case "TokenRequest" -> "authentication.k8s.io/v1/TokenRequest";
      default -> resource.qualified(resource.kind());
    };
  }

  private String key(Resource resource) {
    return resource.groupVersion() + "/" + resource.kind();
  }

  private String collection(Resource resource) {
    return resource.namespaced()
        ? namespace.path(resource.groupVersion(), resource.path())
        : (resource.groupVersion().contains("/") ? "/apis/" : "/api/")
            + resource.groupVersion()
            + "/"
            + resource.path();
  }

  private Resource resource(String groupVersion, String path) {
    return resources().stream()
        .filter(r -> r.groupVersion().equals(groupVersion) && r.path().equals(path))
        .findFirst()
        .orElseThrow();
  }

  private List<Resource> resources() {
    return resources(NEVER_SENT);
  }

  /** All that discovery lists, of Kubernetes' own groups. */
  private List<Resource> resources(Set<String> leftOut) {
    List<String> groupVersions = new ArrayList<>(List.of("v1"));
    for (JsonNode group : api.get("/apis").accepted().at("/groups")) {
      if (!group.path("name").asText().endsWith("usher.io")) {
        groupVersions.addAll(group.path("versions").findValuesAsText("groupVersion"));
      }
    }
    List<Resource> resources = new ArrayList<>();
    for (String groupVersion : groupVersions) {
      String root = groupVersion.contains("/") ? "/apis/" : "/api/";
      for (JsonNode r : api.get(root + groupVersion).accepted().at("/resources")) {
        if (!leftOut.contains(r.path("kind").asText())) {
          resources.add(
              new Resource(
                  groupVersion,
                  r.path("name").asText(),
                  r.path("kind").asText(),
                  r.path("namespaced").asBoolean(),
                  StreamSupport.stream(r.path("verbs").spliterator(), false)
                      .map(JsonNode::asText)
                      .collect(Collectors.toSet())));
        }
      }
    }
    return resources;
  }

  /** By group, version and kind; with a name, and of this namespace where they name one. */
  private Map<String, ObjectNode> objects() {
    Map<String, ObjectNode> objects = new LinkedHashMap<>();
    for (ObjectNode object : Documents.resource("built-in-objects.yaml", namespace.name())) {
      ObjectNode metadata = object.withObject("/metadata");
      if (object.path("kind").asText().equals("Namespace")) {
        metadata.put("name", observedNamespace());
      } else if (!metadata.has("name")) {
        metadata.put("name", namespace.name());
      }
      objects.put(object.path("apiVersion").asText() + "/" + object.path("kind").asText(), object);
    }
    return objects;
  }
}
