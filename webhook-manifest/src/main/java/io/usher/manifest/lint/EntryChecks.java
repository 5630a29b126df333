package io.usher.manifest.lint;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.rule.LabelSelector.Operator;
import io.usher.webhook.declaration.DnsName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What one entry can have wrong; each check says what it found. */
final class EntryChecks {

  /** Without any of these a cluster comes to a halt, or can't repair itself. */
  private static final Map<String, String> CRITICAL =
      Map.ofEntries(
          Map.entry("leases", "coordination.k8s.io"),
          Map.entry("nodes", ""),
          Map.entry("nodes/status", ""),
          Map.entry("endpoints", ""),
          Map.entry("endpointslices", "discovery.k8s.io"),
          Map.entry("tokenreviews", "authentication.k8s.io"),
          Map.entry("subjectaccessreviews", "authorization.k8s.io"),
          Map.entry("localsubjectaccessreviews", "authorization.k8s.io"),
          Map.entry("selfsubjectaccessreviews", "authorization.k8s.io"),
          Map.entry("selfsubjectrulesreviews", "authorization.k8s.io"),
          Map.entry("certificatesigningrequests", "certificates.k8s.io"));

  static final Set<String> INJECTION_ANNOTATIONS =
      Set.of(
          "cert-manager.io/inject-ca-from",
          "cert-manager.io/inject-ca-from-secret",
          "cert-manager.io/inject-apiserver-ca",
          "service.beta.openshift.io/inject-cabundle");

  /** As the deprecation guide of Kubernetes lists them, up to 1.36. */
  private static final Set<String> REMOVED_VERSIONS =
      Set.of(
          "admissionregistration.k8s.io/v1beta1",
          "apiextensions.k8s.io/v1beta1",
          "apps/v1beta1",
          "apps/v1beta2",
          "autoscaling/v2beta1",
          "autoscaling/v2beta2",
          "batch/v1beta1",
          "certificates.k8s.io/v1beta1",
          "coordination.k8s.io/v1beta1",
          "discovery.k8s.io/v1beta1",
          "events.k8s.io/v1beta1",
          "extensions/v1beta1",
          "flowcontrol.apiserver.k8s.io/v1beta1",
          "flowcontrol.apiserver.k8s.io/v1beta2",
          "flowcontrol.apiserver.k8s.io/v1beta3",
          "networking.k8s.io/v1beta1",
          "node.k8s.io/v1beta1",
          "policy/v1beta1",
          "rbac.authorization.k8s.io/v1beta1",
          "scheduling.k8s.io/v1beta1",
          "storage.k8s.io/v1beta1");

  private static final int LONGEST_TIMEOUT_SECONDS = 10;

  private EntryChecks() {}

  static List<String> catchAllFail(WebhookEntry entry) {
    return entry.fails() && entry.rules().stream().anyMatch(EntryRule::isCatchAll)
        ? List.of("resources has \"*\", and a failed call fails the request")
        : List.of();
  }

  static List<String> failOnCritical(WebhookEntry entry) {
    if (!entry.fails()) {
      return List.of();
    }
    return CRITICAL.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(
            each -> entry.rules().stream().anyMatch(r -> r.names(each.getValue(), each.getKey())))
        .map(each -> "a failed call fails requests for " + each.getKey())
        .toList();
  }

  static List<String> failInKubeSystem(WebhookEntry entry) {
    return entry.fails() && entry.isCalledFor("kube-system")
        ? List.of("a failed call fails requests in kube-system")
        : List.of();
  }

  static List<String> ownNamespace(WebhookEntry entry) {
    return entry
        .serviceNamespace()
        .filter(entry::isCalledFor)
        .map(namespace -> "its server runs in " + namespace + ", which it is called for")
        .stream()
        .toList();
  }

  static List<String> longTimeout(WebhookEntry entry) {
    return entry.timeoutSeconds() > LONGEST_TIMEOUT_SECONDS
        ? List.of("timeoutSeconds is " + entry.timeoutSeconds())
        : List.of();
  }

  static List<String> sideEffects(WebhookEntry entry) {
    String sideEffects = entry.text("sideEffects");
    if (sideEffects.equals("None") || sideEffects.equals("NoneOnDryRun")) {
      return List.of();
    }
    return List.of(
        sideEffects.isEmpty() ? "sideEffects is missing" : "sideEffects is " + sideEffects);
  }

  static List<String> name(WebhookEntry entry) {
    var found = new ArrayList<String>();
    if (!DnsName.isQualified(entry.name())) {
      found.add("the name is \"" + entry.name() + "\"");
    }
    JsonNode all = entry.configuration().object().path("webhooks");
    for (JsonNode other : all) {
      if (other == entry.json()) {
        break;
      }
      if (other.path("name").asText().equals(entry.name())) {
        found.add("an earlier entry has the same name");
        break;
      }
    }
    return found;
  }

  static List<String> missingScope(WebhookEntry entry) {
    return entry.rules().stream()
        .filter(rule -> rule.scope().isEmpty())
        .map(rule -> "the rule for " + String.join(", ", rule.resources()) + " has no scope")
        .toList();
  }

  static List<String> matchPolicyExact(WebhookEntry entry) {
    return entry.isExact() ? List.of("matchPolicy is Exact") : List.of();
  }

  static List<String> secrets(WebhookEntry entry) {
    return !entry.picksObjects() && entry.rules().stream().anyMatch(r -> r.meets("", "secrets"))
        ? List.of("every Secret is sent to it")
        : List.of();
  }

  /** Who opts in is no matter: nobody means to bind those that don't. */
  static List<String> escapableNamespace(WebhookEntry entry) {
    return entry.selector("namespaceSelector").requirements().stream()
        .filter(requirement -> !requirement.key().equals(WebhookEntry.NAMESPACE_NAME))
        .filter(
            requirement ->
                requirement.operator() == Operator.NOT_IN
                    || requirement.operator() == Operator.DOES_NOT_EXIST)
        .map(requirement -> "a namespace's own label " + requirement.key() + " excludes it")
        .toList();
  }

  static List<String> missingCa(WebhookEntry entry) {
    JsonNode annotations = entry.configuration().object().at("/metadata/annotations");
    boolean injected = INJECTION_ANNOTATIONS.stream().anyMatch(annotations::has);
    boolean given = !entry.json().at("/clientConfig/caBundle").asText("").isEmpty();
    return entry.serviceNamespace().isPresent() && !given && !injected
        ? List.of("there is no caBundle, and no annotation has one injected")
        : List.of();
  }

  static List<String> deprecatedVersion(WebhookEntry entry) {
    var found = new ArrayList<String>();
    if (entry.isBeta()) {
      found.add(
          "the configuration is " + entry.configuration().object().path("apiVersion").asText());
    }
    if (entry.elements("admissionReviewVersions").noneMatch(v -> v.asText().equals("v1"))) {
      found.add("admissionReviewVersions has no v1");
    }
    entry
        .elements("rules")
        .flatMap(EntryChecks::groupVersions)
        .filter(REMOVED_VERSIONS::contains)
        .distinct()
        .forEach(version -> found.add("a rule is for " + version));
    return found;
  }

  private static Stream<String> groupVersions(JsonNode rule) {
    return texts(rule.path("apiGroups"))
        .flatMap(group -> texts(rule.path("apiVersions")).map(version -> group + "/" + version));
  }

  private static Stream<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText);
  }
}
