package io.usher.e2e;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A webhook configuration, written by hand.
 *
 * <p>Each of its webhooks is called for one test's namespace only. A last one, the marker, tells
 * when the API server has taken the configuration in.
 */
final class WebhookConfiguration {

  /** The label that makes an object the marker of the configuration that the value names. */
  static final String MARKER_LABEL = "e2e.usher.io/marker";

  private final ObjectNode document;
  private final String phase;
  private final String name;
  private final TestNamespace namespace;
  private final int port;
  private final String caBundle;

  private WebhookConfiguration(
      String kind, String phase, String name, TestNamespace namespace, int port, String caBundle) {
    this.phase = phase;
    this.name = name;
    this.namespace = namespace;
    this.port = port;
    this.caBundle = caBundle;
    this.document =
        Documents.yaml("{apiVersion: admissionregistration.k8s.io/v1, metadata: {}, webhooks: []}");
    document.put("kind", kind);
    document.withObject("/metadata").put("name", name);
  }

  static WebhookConfiguration mutating(
      String name, TestNamespace namespace, int port, String caBundle) {
    return new WebhookConfiguration(
        "MutatingWebhookConfiguration", "mutate", name, namespace, port, caBundle);
  }

  static WebhookConfiguration validating(
      String name, TestNamespace namespace, int port, String caBundle) {
    return new WebhookConfiguration(
        "ValidatingWebhookConfiguration", "validate", name, namespace, port, caBundle);
  }

  String name() {
    return name;
  }

  /** The collection that it belongs in. */
  String collection() {
    return "/apis/admissionregistration.k8s.io/v1/"
        + (phase.equals("mutate")
            ? "mutatingwebhookconfigurations"
            : "validatingwebhookconfigurations");
  }

  /**
   * Adds a webhook of Usher's.
   *
   * @param webhook its name, which is its path too
   * @param rule what it is called for: {@code CREATE,UPDATE /v1/pods,pods/exec} (operations; group,
   *     version and resources)
   */
  WebhookConfiguration webhook(String webhook, String rule) {
    return webhook(webhook, rule, edited -> {});
  }

  /** The same, with changes to the entry before it is added. */
  WebhookConfiguration webhook(String webhook, String rule, Consumer<ObjectNode> edit) {
    ObjectNode entry = entry(webhook, rule);
    entry
        .withObject("/namespaceSelector/matchLabels")
        .put("kubernetes.io/metadata.name", namespace.name());
    edit.accept(entry);
    webhooks().add(entry);
    return this;
  }

  /** The whole configuration, its marker included. */
  ObjectNode document() {
    ObjectNode whole = document.deepCopy();
    ObjectNode marker = entry("marker.e2e.usher.io", "CREATE /v1/configmaps");
    marker.withObject("/objectSelector/matchLabels").put(MARKER_LABEL, name);
    whole.withArray("/webhooks").add(marker);
    return whole;
  }

  private ArrayNode webhooks() {
    return document.withArray("/webhooks");
  }

  private ObjectNode entry(String webhook, String rule) {
    ObjectNode entry =
        Documents.yaml("{sideEffects: None, admissionReviewVersions: [v1], rules: [{}]}");
    entry.put("name", webhook);
    entry.withObject("/clientConfig").put("caBundle", caBundle);
    entry
        .withObject("/clientConfig/service")
        .put("namespace", Cluster.USHER_NAMESPACE)
        .put("name", Cluster.USHER_SERVICE)
        .put("port", port)
        .put("path", "/" + phase + "/" + webhook);
    String[] parts = rule.split(" ");
    // the rest may have slashes of its own: pods/exec
    String[] resource = parts[1].split("/", 3);
    ObjectNode registered = (ObjectNode) entry.at("/rules/0");
    Arrays.stream(parts[0].split(",")).forEach(registered.withArray("/operations")::add);
    registered.withArray("/apiGroups").add(resource[0]);
    registered.withArray("/apiVersions").add(resource[1]);
    Arrays.stream(resource[2].split(",")).forEach(registered.withArray("/resources")::add);
    return entry;
  }
}
