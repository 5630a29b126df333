package io.usher.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.webhook.WebhookRegistration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two thin charts. They hold the same objects as the plain YAML, but for the Namespace, which is
 * the release's; what may be set when they are installed is a template expression in its place.
 */
final class HelmCharts {

  /** Stand for expressions while the objects are built; nobody calls a namespace or image so. */
  private static final String NAMESPACE = "helm-release-namespace-6b1f";

  private static final String IMAGE = "helm-values-image-6b1f";
  private static final String REPLICAS = "helm-values-replicas-6b1f";
  private static final String RESOURCES = "helm-values-resources-6b1f";
  private static final String CA_BUNDLE = "helm-values-ca-bundle-6b1f";

  private static final String API_TOKEN = "helm-values-api-token-6b1f";

  /** Stands for what the API of decisions adds to a list; a number follows. */
  private static final String API_ADDITION = "helm-values-api-addition-6b1f-";

  private static final Pattern ADDITION =
      Pattern.compile("(?m)^( *)(-|\\w+:) (" + API_ADDITION + "\\d+)\n");

  private static final String CONTROLLER_VALUE =
      """
      # a Deployment of its own runs the handlers, and may change what they handle
      controller: true
      """;

  private static final String DEFINITIONS_VALUE =
      """
      # the CustomResourceDefinitions that the rules convert: they and their objects stay when this is uninstalled
      definitions: true
      """;

  /** Helm never deletes what has it. */
  private static final String KEEP_ANNOTATION = "helm.sh/resource-policy";

  private static final String FLOW_CONTROL_VALUE =
      """
      # shares of the API server of its own, for all of the cluster to see
      flowControl: false
      """;

  private final Installation installation;
  private final Installation templated;
  private final ManifestFiles files;

  /** What the API of decisions adds to lists, by what stands for it. */
  private final Map<String, List<JsonNode>> additions = new LinkedHashMap<>();

  HelmCharts(Installation installation, ManifestFiles files) {
    this.installation = installation;
    this.templated =
        new Installation(
            installation.name(),
            NAMESPACE,
            IMAGE,
            installation.ruleConfig(),
            installation.arguments(),
            installation.initialize());
    this.files = files;
  }

  /**
   * The server: installed first, uninstalled last.
   *
   * @param definitions names of those whose CA the authority keeps
   */
  void server(List<WebhookRegistration> webhooks, List<String> definitions) {
    chart("server", "The webhook server " + installation.name());
    List<ObjectNode> objects = new ServerObjects(templated, webhooks).all();
    ObjectNode deployment = of("Deployment", objects);
    var container = (ObjectNode) deployment.at("/spec/template/spec/containers/0");
    String resources =
        KubernetesYaml.write(List.of(container.get("resources"))).indent(2).stripTrailing();
    container.put("resources", RESOURCES);
    ((ObjectNode) deployment.get("spec")).put("replicas", REPLICAS);
    var api = new DecisionApiObjects(templated, new ReadAccess(templated, webhooks).isNeeded());
    var pod = (ObjectNode) deployment.at("/spec/template/spec");
    if (!pod.path("automountServiceAccountToken").asBoolean()) {
      pod.put("automountServiceAccountToken", API_TOKEN);
    }
    for (ObjectNode object : List.of(deployment, of("Service", objects))) {
      api.additions(kind(object)).forEach((list, added) -> mark(object, list, added));
    }
    ObjectNode autoscaler = of("HorizontalPodAutoscaler", objects);
    ((ObjectNode) autoscaler.get("spec")).put("minReplicas", REPLICAS);
    template(
        "server",
        "server",
        rendered(
            objects.stream()
                .filter(object -> object != autoscaler && !kind(object).equals("Namespace"))
                .toList()));
    template("server", "autoscaling", onlyIf(".Values.autoscaling", List.of(autoscaler)));
    template(
        "server",
        "certificates",
        onlyIf(".Values.certManager", new CertificateObjects(templated).all()));
    template(
        "server",
        "authority",
        "{{- if and .Values.authority .Values.certManager }}\n"
            + "{{- fail \"authority and certManager: only one of them makes the certificate\" }}\n"
            + "{{- end }}\n"
            + onlyIf(".Values.authority", new AuthorityObjects(templated, definitions).all()));
    var controller = new ControllerObjects(templated, webhooks);
    if (controller.isNeeded()) {
      template("server", "controller", onlyIf(".Values.controller", controller.all()));
      template(
          "server",
          "controller-monitoring",
          onlyIf("and .Values.monitoring .Values.controller", ControllerMonitoring.of(templated)));
    }
    List<ObjectNode> flowControl = new FlowControlObjects(templated, webhooks).all();
    if (!flowControl.isEmpty()) {
      template("server", "flow-control", onlyIf(".Values.flowControl", flowControl));
    }
    template("server", "api", onlyIf(".Values.api", api.access()));
    template(
        "server",
        "monitoring",
        onlyIf(".Values.monitoring", ServerMonitoring.of(templated, webhooks)));
    files.put(
        "charts/server/values.yaml",
        """
        # by tag or digest
        image: %s
        # with autoscaling the fewest, otherwise all
        replicas: %d
        autoscaling: true
        resources:
        %s
        # both false: the Secret %s with tls.crt and tls.key is yours to give
        certManager: true
        # a Deployment of its own makes the certificate, and may write its Secrets and the registration
        authority: false
        # a ServiceMonitor, alerts and a dashboard: needs the Prometheus operator
        monitoring: false
        # decisions and rules as objects, for kubectl: takes 128Mi more of resources, and a token
        api: false
        """
                .formatted(
                    installation.image(),
                    ServerObjects.REPLICAS,
                    resources,
                    installation.certificateSecret())
            + (controller.isNeeded() ? CONTROLLER_VALUE : "")
            + (flowControl.isEmpty() ? "" : FLOW_CONTROL_VALUE));
  }

  /**
   * The webhook configurations: installed once the server is ready, uninstalled before it. The
   * definitions come with them and stay: with one, all of its objects would go.
   */
  void registration(List<WebhookRegistration> webhooks, List<ObjectNode> definitions) {
    chart("registration", "Has the API server call " + installation.name());
    List<ObjectNode> objects = Manifests.registration(templated, webhooks);
    for (ObjectNode object : objects) {
      object
          .get("webhooks")
          .forEach(
              webhook -> ((ObjectNode) webhook.get("clientConfig")).put("caBundle", CA_BUNDLE));
    }
    if (!objects.isEmpty()) {
      template("registration", "register", rendered(objects));
    }
    if (!definitions.isEmpty()) {
      template(
          "registration",
          "definitions",
          onlyIf(".Values.definitions", kept(webhooks, definitions)));
    }
    ObjectNode apiService =
        new CertificateObjects(templated)
            .injectedInto(new DecisionApiObjects(templated, false).apiService());
    ((ObjectNode) apiService.get("spec")).put("caBundle", CA_BUNDLE);
    template("registration", "api", onlyIf(".Values.api", List.of(apiService)));
    files.put(
        "charts/registration/values.yaml",
        """
        # the CA of the server's certificate: PEM, in base64; when empty, cert-manager injects it
        caBundle: ""
        # the APIService of decisions and rules: only where the server has api, and removed before it ends
        api: false
        """
            + (definitions.isEmpty() ? "" : DEFINITIONS_VALUE));
  }

  private List<ObjectNode> kept(List<WebhookRegistration> webhooks, List<ObjectNode> definitions) {
    var certificates = new CertificateObjects(templated);
    var kept = new ArrayList<ObjectNode>();
    for (ObjectNode definition : new ConvertedDefinitions(templated, webhooks).of(definitions)) {
      ObjectNode object = certificates.injectedInto(definition);
      ((ObjectNode) object.at("/metadata/annotations")).put(KEEP_ANNOTATION, "keep");
      ((ObjectNode) object.at("/spec/conversion/webhook/clientConfig")).put("caBundle", CA_BUNDLE);
      kept.add(object);
    }
    return kept;
  }

  private void mark(ObjectNode object, String list, List<JsonNode> added) {
    String marker = API_ADDITION + additions.size();
    additions.put(marker, added);
    if (object.at(list) instanceof ArrayNode present) {
      present.add(marker);
    } else {
      int name = list.lastIndexOf('/');
      ((ObjectNode) object.at(list.substring(0, name))).put(list.substring(name + 1), marker);
    }
  }

  private void chart(String chart, String description) {
    files.put(
        "charts/" + chart + "/Chart.yaml",
        """
        apiVersion: v2
        name: %s-%s
        description: %s
        type: application
        version: 0.1.0
        """
            .formatted(installation.name(), chart, description));
  }

  private String onlyIf(String condition, List<ObjectNode> objects) {
    return "{{- if " + condition + " }}\n" + rendered(objects) + "{{- end }}\n";
  }

  private void template(String chart, String name, String yaml) {
    files.put("charts/" + chart + "/templates/" + name + ".yaml", yaml);
  }

  /** A template that gives these objects; braces of their own are no expressions. */
  private String rendered(List<ObjectNode> objects) {
    return withAdditions(KubernetesYaml.write(objects).replace("{{", "{{ \"{{\" }}"))
        .replace(API_TOKEN, "{{ .Values.api }}")
        .replace(NAMESPACE, "{{ .Release.Namespace }}")
        .replace(IMAGE, "{{ .Values.image }}")
        .replaceAll(
            "\n( *)replicas: " + REPLICAS,
            "\n$1{{- if not .Values.autoscaling }}\n$1replicas: {{ .Values.replicas }}\n$1{{- end }}")
        .replace(REPLICAS, "{{ .Values.replicas }}")
        .replaceAll(
            "( *)resources: " + RESOURCES,
            "$1resources:\n$1  {{- toYaml .Values.resources | nindent 10 }}")
        .replaceAll(
            "( *)caBundle: " + CA_BUNDLE,
            "$1{{- with \\$.Values.caBundle }}\n$1caBundle: {{ . }}\n$1{{- end }}")
        .replaceAll(
            "( *" + CertificateObjects.INJECT_ANNOTATION + ".*\n)( *)(" + KEEP_ANNOTATION + ")",
            "$2{{- if not .Values.caBundle }}\n$1$2{{- end }}\n$2$3")
        .replaceAll(
            "( *)annotations:\n( *" + CertificateObjects.INJECT_ANNOTATION + ".*)",
            "$1{{- if not .Values.caBundle }}\n$1annotations:\n$2\n$1{{- end }}");
  }

  private String withAdditions(String yaml) {
    return ADDITION
        .matcher(yaml)
        .replaceAll(
            marked -> {
              String indent = marked.group(1);
              String key = marked.group(2);
              String items =
                  KubernetesYaml.write(
                          List.of(
                              JsonNodeFactory.instance
                                  .arrayNode()
                                  .addAll(additions.get(marked.group(3)))))
                      .indent(indent.length());
              return Matcher.quoteReplacement(
                  indent
                      + "{{- if .Values.api }}\n"
                      + (key.equals("-") ? "" : indent + key + "\n")
                      + items
                      + indent
                      + "{{- end }}\n");
            });
  }

  private static ObjectNode of(String kind, List<ObjectNode> objects) {
    return objects.stream().filter(o -> kind(o).equals(kind)).findFirst().orElseThrow();
  }

  private static String kind(ObjectNode object) {
    return object.path("kind").asText();
  }
}
