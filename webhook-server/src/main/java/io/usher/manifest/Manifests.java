package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.webhook.WebhookRegistration;
import java.util.List;

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
    List<ObjectNode> server = new ServerObjects(installation).all();
    List<ObjectNode> registration = new RegistrationObjects(installation, webhooks).all();
    List<ObjectNode> monitoring = new MonitoringObjects(installation).all();
    var certificates = new CertificateObjects(installation);

    var kustomize = new Kustomize(installation, files);
    kustomize.base(server);
    kustomize.register(registration);
    kustomize.monitoring(monitoring);
    kustomize.certManager(certificates);
    kustomize.secret();
    kustomize.kind();

    var charts = new HelmCharts(installation, files);
    charts.server();
    charts.registration(webhooks);

    new PlainYaml(files).write(server, certificates, monitoring, registration);
    return files;
  }
}
