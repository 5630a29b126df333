package io.usher.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.webhook.WebhookRegistration;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** Everything that it takes to run these webhooks in a cluster. */
public final class Manifests {

  private Manifests() {}

  /**
   * Makes all files; the same input gives the same bytes.
   *
   * @param webhooks in the order between webhooks
   */
  public static ManifestFiles generate(
      Installation installation, List<WebhookRegistration> webhooks) {
    var files = new ManifestFiles();
    var controller = new ControllerObjects(installation, webhooks);
    List<ObjectNode> server =
        Stream.concat(
                new ServerObjects(installation, webhooks).all().stream(), controller.all().stream())
            .toList();
    List<ObjectNode> monitoring =
        Stream.concat(
                ServerMonitoring.of(installation).stream(),
                controller.isNeeded()
                    ? ControllerMonitoring.of(installation).stream()
                    : Stream.empty())
            .toList();
    List<ObjectNode> flowControl = new FlowControlObjects(installation, webhooks).all();
    var certificates = new CertificateObjects(installation);

    var kustomize = new Kustomize(installation, files);
    kustomize.base(server);
    kustomize.register(new WebhookConfigurations(installation, webhooks).all());
    kustomize.component("monitoring", monitoring);
    kustomize.component("flow-control", flowControl);
    kustomize.decisionApi(
        new DecisionApiObjects(installation, new ReadAccess(installation, webhooks).isNeeded()),
        certificates);
    kustomize.certManager(certificates);
    kustomize.secret();
    kustomize.selfManaged(new AuthorityObjects(installation).all());
    kustomize.kind(controller.isNeeded());

    var charts = new HelmCharts(installation, files);
    charts.server(webhooks);
    charts.registration(webhooks);

    files.put(
        "plain/server.yaml",
        KubernetesYaml.write(Stream.concat(server.stream(), certificates.all().stream()).toList()));
    files.put("plain/monitoring.yaml", KubernetesYaml.write(monitoring));
    if (!flowControl.isEmpty()) {
      files.put("plain/flow-control.yaml", KubernetesYaml.write(flowControl));
    }
    files.put("plain/register.yaml", KubernetesYaml.write(registration(installation, webhooks)));
    return files;
  }

  /**
   * The webhook configurations alone, as cert-manager gives them their CA.
   *
   * @param webhooks in the order between webhooks
   */
  public static List<ObjectNode> registration(
      Installation installation, List<WebhookRegistration> webhooks) {
    var certificates = new CertificateObjects(installation);
    return new WebhookConfigurations(installation, webhooks)
        .all().stream().map(certificates::injectedInto).toList();
  }

  /**
   * The same with a CA that is known.
   *
   * @param authority PEM
   */
  public static List<ObjectNode> registration(
      Installation installation, List<WebhookRegistration> webhooks, String authority) {
    String bundle =
        Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.US_ASCII));
    List<ObjectNode> configurations = new WebhookConfigurations(installation, webhooks).all();
    for (ObjectNode configuration : configurations) {
      for (JsonNode webhook : configuration.path("webhooks")) {
        ((ObjectNode) webhook.path("clientConfig")).put("caBundle", bundle);
      }
    }
    return configurations;
  }
}
