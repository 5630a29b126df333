package io.usher.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.webhook.WebhookRegistration;
import java.util.ArrayList;
import java.util.List;

/**
 * Webhook configurations that kube-apiserver reads from its disk, which nobody can change by the
 * API: Kubernetes 1.36, feature gate ManifestBasedAdmissionControlConfig. Each plugin has a folder
 * of its own, as it refuses the other's kind.
 */
final class StaticAdmission {

  private static final String GATE = "ManifestBasedAdmissionControlConfig";

  /** Kubernetes keeps such names for files. */
  private static final String SUFFIX = ".static.k8s.io";

  private final ControlPlane plane;
  private final Installation installation;
  private final List<WebhookRegistration> webhooks;
  private final String authority;

  /**
   * @param authority PEM of the CA of the server's certificate
   */
  StaticAdmission(
      ControlPlane plane,
      Installation installation,
      List<WebhookRegistration> webhooks,
      String authority) {
    this.plane = plane;
    this.installation = installation;
    this.webhooks = List.copyOf(webhooks);
    this.authority = authority;
  }

  ManifestFiles all() {
    var files = new ManifestFiles();
    var plugins = new ArrayList<ObjectNode>();
    for (ObjectNode each : new WebhookConfigurations(installation, webhooks).all()) {
      boolean mutating = each.path("kind").asText().startsWith("Mutating");
      String folder = mutating ? "mutating" : "validating";
      files.put(folder + "/webhooks.yaml", KubernetesYaml.write(List.of(byUrl(each))));
      ObjectNode plugin =
          KubernetesYaml.parse(
              """
              name: %s
              configuration:
                apiVersion: apiserver.config.k8s.io/v1
                kind: WebhookAdmissionConfiguration
                staticManifestsDir: %s
              """
                  .formatted(
                      mutating ? "MutatingAdmissionWebhook" : "ValidatingAdmissionWebhook",
                      plane.file(folder)));
      plugins.add(plugin);
    }
    ObjectNode root =
        KubernetesYaml.parse(
            "{apiVersion: apiserver.config.k8s.io/v1, kind: AdmissionConfiguration}");
    ArrayNode listed = root.putArray("plugins");
    plugins.forEach(listed::add);
    files.put("admission.yaml", KubernetesYaml.write(List.of(root)));
    files.put(
        "kube-apiserver.flags",
        "--feature-gates="
            + GATE
            + "=true\n--admission-control-config-file="
            + plane.file("admission.yaml")
            + '\n');
    return files;
  }

  private ObjectNode byUrl(ObjectNode configuration) {
    ((ObjectNode) configuration.path("metadata")).put("name", installation.name() + SUFFIX);
    for (JsonNode webhook : configuration.path("webhooks")) {
      ObjectNode client = (ObjectNode) webhook.path("clientConfig");
      String path = client.path("service").path("path").asText();
      client.remove("service");
      client.put("url", plane.server() + path).put("caBundle", ControlPlane.base64(authority));
    }
    return configuration;
  }
}
