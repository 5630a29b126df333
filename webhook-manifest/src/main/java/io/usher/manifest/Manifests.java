package io.usher.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.conversion.GroupKind;
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
    return generate(installation, webhooks, List.of());
  }

  /**
   * Makes all files; the same input gives the same bytes.
   *
   * @param webhooks in the order between webhooks
   * @param definitions CustomResourceDefinitions that the webhooks convert
   * @throws IllegalArgumentException when nothing converts one between all of its versions
   */
  public static ManifestFiles generate(
      Installation installation, List<WebhookRegistration> webhooks, List<ObjectNode> definitions) {
    List<ObjectNode> converted = definitions(installation, webhooks, definitions);
    var files = new ManifestFiles();
    var controller = new ControllerObjects(installation, webhooks);
    List<ObjectNode> server =
        Stream.concat(
                new ServerObjects(installation, webhooks).all().stream(), controller.all().stream())
            .toList();
    List<ObjectNode> monitoring =
        Stream.concat(
                ServerMonitoring.of(installation, webhooks).stream(),
                controller.isNeeded()
                    ? ControllerMonitoring.of(installation).stream()
                    : Stream.empty())
            .toList();
    List<ObjectNode> flowControl = new FlowControlObjects(installation, webhooks).all();
    var certificates = new CertificateObjects(installation);

    var kustomize = new Kustomize(installation, files);
    kustomize.base(server);
    kustomize.component("monitoring", monitoring);
    kustomize.component("flow-control", flowControl);
    kustomize.decisionApi(
        new DecisionApiObjects(installation, new ReadAccess(installation, webhooks).isNeeded()),
        certificates);
    kustomize.certManager(certificates);
    kustomize.secret();
    List<String> names = definitions.stream().map(Manifests::name).toList();
    kustomize.selfManaged(new AuthorityObjects(installation, names).all());
    if (!converted.isEmpty()) {
      kustomize.definitions(converted, certificates);
    }
    kustomize.kind(controller.isNeeded());
    List<ObjectNode> configurations = new WebhookConfigurations(installation, webhooks).all();
    if (!configurations.isEmpty()) {
      kustomize.register(configurations, certificates);
      files.put("plain/register.yaml", KubernetesYaml.write(registration(installation, webhooks)));
    }

    var charts = new HelmCharts(installation, files);
    charts.server(webhooks, names);
    charts.registration(webhooks, definitions);

    files.put(
        "plain/server.yaml",
        KubernetesYaml.write(Stream.concat(server.stream(), certificates.all().stream()).toList()));
    files.put("plain/monitoring.yaml", KubernetesYaml.write(monitoring));
    if (!flowControl.isEmpty()) {
      files.put("plain/flow-control.yaml", KubernetesYaml.write(flowControl));
    }
    if (!converted.isEmpty()) {
      files.put(
          "plain/definitions.yaml",
          KubernetesYaml.write(converted.stream().map(certificates::injectedInto).toList()));
    }
    return files;
  }

  private static String name(ObjectNode object) {
    return object.at("/metadata/name").asText();
  }

  /**
   * CustomResourceDefinitions with the webhook that converts their objects, without a CA.
   *
   * @throws IllegalArgumentException when nothing converts one between all of its versions
   */
  private static List<ObjectNode> definitions(
      Installation installation, List<WebhookRegistration> webhooks, List<ObjectNode> definitions) {
    return new ConvertedDefinitions(installation, webhooks).of(definitions);
  }

  /** Whether one of these webhooks converts objects of this kind. */
  public static boolean converts(List<WebhookRegistration> webhooks, GroupKind kind) {
    return webhooks.stream()
        .flatMap(webhook -> webhook.conversions().stream())
        .anyMatch(conversion -> conversion.kind().equals(kind));
  }

  /**
   * A CustomResourceDefinition with the webhook that converts its objects, and a CA that is known.
   *
   * @param authority PEM
   * @throws IllegalArgumentException when nothing converts it between all of its versions
   */
  public static ObjectNode definition(
      Installation installation,
      List<WebhookRegistration> webhooks,
      ObjectNode definition,
      String authority) {
    ObjectNode converted = definitions(installation, webhooks, List.of(definition)).get(0);
    ((ObjectNode) converted.at("/spec/conversion/webhook/clientConfig"))
        .put("caBundle", bundle(authority));
    return converted;
  }

  private static String bundle(String authority) {
    return Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * What makes kube-apiserver ask the doors of a server: kubeconfigs, its configuration, flags.
   *
   * @param namespace of the server's Pods, if it has such
   */
  public static ManifestFiles forApiServer(
      ControlPlane plane, ControlPlane.Doors doors, String namespace) {
    return new ApiServerFiles(plane, doors, namespace).all();
  }

  /**
   * Webhook configurations that kube-apiserver reads from its disk, what names them, and flags.
   *
   * @param webhooks in the order between webhooks
   * @param authority PEM of the CA of the server's certificate
   */
  public static ManifestFiles staticAdmission(
      ControlPlane plane,
      Installation installation,
      List<WebhookRegistration> webhooks,
      String authority) {
    return new StaticAdmission(plane, installation, webhooks, authority).all();
  }

  /**
   * A Pod that a kubelet runs before there is an API server: a file for its folder of manifests.
   *
   * @param webhooks whose rules it serves; they read nothing of the cluster
   * @throws IllegalArgumentException when a rule reads the cluster
   */
  public static ManifestFiles staticPod(
      ControlPlane plane, Installation installation, List<WebhookRegistration> webhooks) {
    if (new ReadAccess(installation, webhooks).isNeeded()) {
      throw new IllegalArgumentException(
          "a rule reads the cluster: a static Pod has no ServiceAccount, serve it elsewhere");
    }
    var files = new ManifestFiles();
    files.put(
        installation.name() + ".yaml",
        KubernetesYaml.write(
            List.of(
                KubernetesYaml.tree(new ServerDeployment(installation, false).staticPod(plane)))));
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
    String bundle = bundle(authority);
    List<ObjectNode> configurations = new WebhookConfigurations(installation, webhooks).all();
    for (ObjectNode configuration : configurations) {
      for (JsonNode webhook : configuration.path("webhooks")) {
        ((ObjectNode) webhook.path("clientConfig")).put("caBundle", bundle);
      }
    }
    return configurations;
  }
}
