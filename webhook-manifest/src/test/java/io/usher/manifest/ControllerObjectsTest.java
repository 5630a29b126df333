package io.usher.manifest;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;
import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.usher.cluster.Lister;
import io.usher.config.Setting;
import io.usher.rule.OnAdded;
import io.usher.rule.Outcome;
import io.usher.rule.Reads;
import io.usher.rule.Reconciling;
import io.usher.rule.Webhook;
import io.usher.server.ControllerSettings;
import io.usher.webhook.ReadTarget;
import io.usher.webhook.WebhookRegistration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ControllerObjectsTest {

  private static final Installation INSTALLATION =
      new Installation("gate", "gate-system", "localhost/gate:1");

  @Reads(Namespace.class)
  @Webhook(name = "handled.example.com")
  static final class Handled {

    @OnAdded
    Outcome.Event tell(ConfigMap map) {
      return Outcome.event("Seen", "it is there");
    }

    @Reconciling
    Outcome.Desired label(Deployment deployment, Lister<Namespace> namespaces) {
      return Outcome.desired(deployment);
    }
  }

  private static WebhookRegistration handled() {
    return WebhookRegistration.fromClasses(List.of(Handled.class)).get(0);
  }

  private static WebhookRegistration unhandled(ReadTarget<?>... reads) {
    var webhook =
        WebhookRegistration.named("rules.example.com")
            .editing("rule", on(Pod.class, CREATE), (pod, call) -> {});
    for (ReadTarget<?> read : reads) {
      webhook.reads(read);
    }
    return webhook.build();
  }

  private static List<ObjectNode> objects(WebhookRegistration... webhooks) {
    return new ControllerObjects(INSTALLATION, List.of(webhooks)).all();
  }

  private static ObjectNode of(List<ObjectNode> objects, String kind) {
    return objects.stream()
        .filter(object -> object.path("kind").asText().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void thereIsNoControllerWithoutHandlers() {
    assertThat(objects(unhandled(ReadTarget.of(Namespace.class)))).isEmpty();
  }

  @Test
  void whatHandlersReadAndWriteIsGrantedAndNothingElse() {
    List<ObjectNode> objects = objects(handled(), unhandled(ReadTarget.of(Pod.class)));

    assertThat(KubernetesYaml.write(List.of(of(objects, "ClusterRole"))))
        .isEqualTo(
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata:
              name: gate-controller
              labels:
                app.kubernetes.io/name: gate-controller
            rules:
            - apiGroups:
              - ""
              resources:
              - configmaps
              - namespaces
              verbs:
              - list
              - watch
            - apiGroups:
              - apps
              resources:
              - deployments
              verbs:
              - list
              - patch
              - watch
            - apiGroups:
              - events.k8s.io
              resources:
              - events
              verbs:
              - create
            """);
    assertThat(of(objects, "ClusterRoleBinding").get("subjects").toString())
        .isEqualTo(
            "[{\"kind\":\"ServiceAccount\",\"name\":\"gate-controller\",\"namespace\":\"gate-system\"}]");
    assertThat(of(objects, "Role").get("rules").toString())
        .isEqualTo(
            "[{\"apiGroups\":[\"coordination.k8s.io\"],\"resources\":[\"leases\"],"
                + "\"resourceNames\":[\"gate-controller\"],\"verbs\":[\"get\",\"patch\"]},"
                + "{\"apiGroups\":[\"coordination.k8s.io\"],\"resources\":[\"leases\"],"
                + "\"verbs\":[\"create\"]}]");
  }

  @Test
  void whoChangesWhatExistsMayPatchWhatRulesAreForAlone() {
    var initializing =
        new Installation("gate", "gate-system", "localhost/gate:1", null, List.of(), true);
    var webhook =
        WebhookRegistration.named("rules.example.com")
            .editing("rule", on(Deployment.class, UPDATE), (deployment, call) -> {})
            .build();

    assertThat(
            of(new ControllerObjects(initializing, List.of(webhook)).all(), "ClusterRole")
                .get("rules")
                .toString())
        .isEqualTo(
            "[{\"apiGroups\":[\"\"],\"resources\":[\"namespaces\"],\"verbs\":[\"get\"]},"
                + "{\"apiGroups\":[\"apps\"],\"resources\":[\"deployments\"],"
                + "\"verbs\":[\"get\",\"list\",\"patch\",\"watch\"]},"
                + "{\"apiGroups\":[\"events.k8s.io\"],\"resources\":[\"events\"],"
                + "\"verbs\":[\"create\"]}]");
  }

  /** What handlers read is none of the server's business. */
  @Test
  void serverHasNoTokenForWhatHandlersRead() {
    List<ObjectNode> server = new ServerObjects(INSTALLATION, List.of(handled())).all();

    assertThat(server).noneMatch(object -> object.path("kind").asText().contains("Role"));
    assertThat(
            of(server, "Deployment")
                .at("/spec/template/spec/automountServiceAccountToken")
                .asBoolean(true))
        .isFalse();
  }

  @Test
  void controllerKnowsEachArgument() {
    List<String> flags = ControllerSettings.ALL.stream().map(Setting::flag).toList();
    var configured =
        new Installation(
            "gate", "gate-system", "localhost/gate:1", "a.example.com: {}", List.of(), true);
    JsonNode pod =
        of(new ControllerObjects(configured, List.of(handled())).all(), "Deployment")
            .at("/spec/template/spec");

    assertThat(pod.at("/containers/0/args"))
        .extracting(JsonNode::asText)
        .startsWith("controller")
        .contains("--rule-config=/etc/usher/rules/rules.yaml", "--initialize=true")
        .filteredOn(argument -> argument.startsWith("--"))
        .isNotEmpty()
        .allSatisfy(
            argument -> assertThat(flags).contains(argument.substring(0, argument.indexOf('='))));
    assertThat(pod.at("/volumes/1/configMap/name").asText()).isEqualTo("gate-rules");
    assertThat(pod.at("/containers/0/volumeMounts/1/mountPath").asText())
        .isEqualTo("/etc/usher/rules");
  }

  @Test
  void podMayDoNoMoreThanTheServers() {
    JsonNode server =
        of(new ServerObjects(INSTALLATION, List.of()).all(), "Deployment")
            .at("/spec/template/spec");
    JsonNode controller = of(objects(handled()), "Deployment").at("/spec/template/spec");

    for (String part : List.of("/securityContext", "/containers/0/securityContext")) {
      assertThat(controller.at(part)).hasToString(server.at(part).toString());
    }
  }

  @Test
  void eachFormOfTheManifestsHasTheController() {
    var files = new TreeMap<>(Manifests.generate(INSTALLATION, List.of(handled())).contents());

    assertThat(files.get("plain/server.yaml"))
        .contains("kind: Deployment\nmetadata:\n  name: gate-controller");
    assertThat(files.get("base/deployment.yaml")).contains("name: gate-controller");
    assertThat(files.get("overlays/kind/kustomization.yaml")).contains("name: gate-controller");
    assertThat(files.get("charts/server/templates/controller.yaml"))
        .contains("{{- if .Values.controller }}", "image: {{ .Values.image }}");
    assertThat(files.get("charts/server/values.yaml"))
        .contains("controller: true\n", "flowControl: false\n");
    assertThat(files.get("components/monitoring/prometheusrule.yaml"))
        .contains("UsherControllerIdle");
    assertThat(files.get("components/monitoring/configmap.yaml"))
        .contains("name: gate-dashboard", "name: gate-controller-dashboard");
    // Where helm leaves the controller out, nobody misses a leader.
    assertThat(files.get("charts/server/templates/monitoring.yaml"))
        .doesNotContain("UsherControllerIdle");
    assertThat(files.get("charts/server/templates/controller-monitoring.yaml"))
        .contains("{{- if and .Values.monitoring .Values.controller }}\n", "UsherControllerIdle");
    assertThat(files.get("components/flow-control/kustomization.yaml"))
        .contains("- prioritylevelconfiguration.yaml\n- flowschema.yaml\n");
  }

  @Test
  void nothingThatCallsNoApiServerHasAShareOfIt() {
    assertThat(new FlowControlObjects(INSTALLATION, List.of(unhandled())).all()).isEmpty();
    assertThat(
            Manifests.generate(INSTALLATION, List.of(unhandled())).contents().keySet().toString())
        .doesNotContain("flow-control", "controller");
  }

  @Test
  void serverAndControllerHaveSharesOfTheirOwnAndLeasesAreBeforeThem() {
    List<ObjectNode> objects =
        new FlowControlObjects(
                INSTALLATION, List.of(handled(), unhandled(ReadTarget.of(Pod.class))))
            .all();

    assertThat(objects)
        .extracting(
            object -> object.path("kind").asText() + " " + object.at("/metadata/name").asText())
        .containsExactly(
            "PriorityLevelConfiguration gate",
            "FlowSchema gate",
            "PriorityLevelConfiguration gate-controller",
            "FlowSchema gate-controller",
            "FlowSchema gate-controller-lease");
    assertThat(objects.get(2).at("/spec/limited").toString())
        .isEqualTo(
            "{\"nominalConcurrencyShares\":5,\"borrowingLimitPercent\":0,\"lendablePercent\":100,"
                + "\"limitResponse\":{\"type\":\"Queue\",\"queuing\":"
                + "{\"handSize\":4,\"queueLengthLimit\":50,\"queues\":16}}}");
    assertThat(objects.get(4).at("/spec/matchingPrecedence").asInt())
        .isLessThan(objects.get(3).at("/spec/matchingPrecedence").asInt());
    assertThat(objects.get(1).at("/spec/rules/0/subjects/0/serviceAccount").toString())
        .isEqualTo("{\"name\":\"gate\",\"namespace\":\"gate-system\"}");
  }
}
