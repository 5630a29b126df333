package io.usher.aggregated;

import static io.usher.aggregated.WidgetServer.AS_ROOT;
import static io.usher.aggregated.WidgetServer.CONFIG_MAPS;
import static io.usher.aggregated.WidgetServer.WIDGETS;
import static io.usher.aggregated.WidgetServer.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.usher.apiserver.api.GroupResource;
import io.usher.certs.CertificateAuthority.Purpose;
import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.PemFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The policies of a cluster decide about the objects of a server behind it. */
class AggregatedPoliciesIT {

  private static final String ADMISSION = "admissionregistration.k8s.io";

  private static final String CONSTRAINTS =
      """
      matchConstraints:
          resourceRules:
          - {operations: [CREATE], apiGroups: [example.com], apiVersions: [v1], resources: [widgets]}
      """;

  /** No widget has the color that the parameter names. */
  private static final String COLORS =
      """
      metadata: {name: colors}
      spec:
        paramKind: {apiVersion: %s, kind: %s}
        %s
        validations:
        - expression: "object.spec.color != params.%s"
          messageExpression: "'no ' + params.%4$s"
      """;

  private static final String COLORS_BINDING =
      """
      metadata: {name: colors}
      spec:
        policyName: colors
        validationActions: [Deny]
        paramRef: {namespace: default, parameterNotFoundAction: Deny, %s}
      """;

  private static final String DENIED =
      "widgets.example.com \"w\" is forbidden: ValidatingAdmissionPolicy 'colors' with binding"
          + " 'colors' denied request: ";

  @TempDir private Path folder;
  private WidgetServer widgets;

  @BeforeEach
  void startKube() throws Exception {
    widgets = new WidgetServer(folder);
  }

  @AfterEach
  void stop() {
    widgets.close();
  }

  private static GroupResource policies(String phase) {
    return new GroupResource(ADMISSION, phase + "admissionpolicies");
  }

  private void policy(String phase, String policy, String binding) throws IOException {
    widgets.objects().create(policies(phase), yaml(policy));
    widgets
        .objects()
        .create(new GroupResource(ADMISSION, phase + "admissionpolicybindings"), yaml(binding));
  }

  private void colorsByConfigMap(String reference) throws IOException {
    policy(
        "validating",
        COLORS.formatted("v1", "ConfigMap", CONSTRAINTS, "data.color"),
        COLORS_BINDING.formatted(reference));
  }

  private ObjectNode forbidden(String color) throws IOException {
    return yaml(
        "{metadata: {namespace: default, name: forbidden, labels: {forbids: color}},"
            + " data: {color: %s}}".formatted(color));
  }

  private static String widget(String color) {
    return ("{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"w\"},"
            + "\"spec\":{\"color\":\"%s\"}}")
        .formatted(color);
  }

  /** What comes of a creation. */
  private JsonNode create(String color, String... caller) throws Exception {
    String dryRun = WIDGETS + "?dryRun=All";
    return yaml(widgets.post(widgets.proxy(), dryRun, widget(color), caller).body());
  }

  private void assertAnswered(String color, int code, String message) throws Exception {
    JsonNode answer = create(color, AS_ROOT);
    assertThat(answer.path("message").asText()).isEqualTo(message);
    assertThat(answer.path("code").asInt()).isEqualTo(code);
  }

  private void assertDenied(String color, String why) throws Exception {
    assertAnswered(color, 422, DENIED + why);
  }

  private void assertAdmitted(String color) throws Exception {
    JsonNode answer = create(color, AS_ROOT);
    assertThat(answer.path("kind").asText()).as(answer.toString()).isEqualTo("Widget");
  }

  private static void eventually(ThrowingRunnable assertion) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(assertion);
  }

  @Test
  void policyWithAConfigMapDeniesAsLongAsItIsThere() throws Exception {
    ObjectNode forbidden = widgets.objects().create(CONFIG_MAPS, forbidden("red"));
    colorsByConfigMap("name: forbidden");
    widgets.start(config -> {});
    assertDenied("red", "no red");
    assertAdmitted("blue");
    forbidden.withObject("/data").put("color", "blue");
    widgets.objects().update(CONFIG_MAPS, forbidden);
    eventually(() -> assertDenied("blue", "no blue"));
    assertAdmitted("red");
    widgets.objects().delete(CONFIG_MAPS, "default", "forbidden");
    eventually(
        () ->
            assertDenied(
                "red",
                "failed to configure binding: no params found for policy binding with `Deny`"
                    + " parameterNotFoundAction"));
    widgets.objects().delete(policies("validating"), "", "colors");
    eventually(() -> assertAdmitted("red"));
  }

  @Test
  void parametersAreSelectedByLabels() throws Exception {
    widgets.objects().create(CONFIG_MAPS, forbidden("red"));
    colorsByConfigMap("selector: {matchLabels: {forbids: color}}");
    widgets.start(config -> {});
    assertDenied("red", "no red");
  }

  @Test
  void kindThatNobodyServesIsNamed() throws Exception {
    policy(
        "validating",
        COLORS.formatted("example.org/v1", "Palette", CONSTRAINTS, "color"),
        COLORS_BINDING.formatted("name: forbidden"));
    widgets.start(config -> {});
    assertAnswered(
        "red",
        422,
        "widgets.example.com \"w\" is forbidden: ValidatingAdmissionPolicy 'colors' denied request:"
            + " failed to configure policy: failed to find resource referenced by paramKind:"
            + " 'example.org/v1, Kind=Palette'");
  }

  @Test
  void kindOfTheServerItselfIsItsOwn() throws Exception {
    policy(
        "validating",
        COLORS.formatted("example.com/v1", "Widget", CONSTRAINTS, "spec.color"),
        COLORS_BINDING.formatted("name: forbidden"));
    AggregatedApiServer server = widgets.start(config -> {});
    server
        .server()
        .objects()
        .create(
            new GroupResource("example.com", "widgets"),
            yaml("{metadata: {namespace: default, name: forbidden}, spec: {color: red}}"));
    assertDenied("red", "no red");
    assertAdmitted("blue");
  }

  @Test
  void authorizerOfExpressionsIsTheClusters() throws Exception {
    policy(
        "validating",
        """
        metadata: {name: painters}
        spec:
          %s
          validations:
          - expression: "authorizer.group('example.com').resource('widgets').namespace('default').check('paint').allowed()"
            message: only painters create widgets
        """
            .formatted(CONSTRAINTS),
        "{metadata: {name: painters}, spec: {policyName: painters, validationActions: [Deny]}}");
    widgets.allowAlice("{apiGroups: [example.com], resources: [widgets], verbs: [create]}");
    widgets.start(config -> {});
    assertAdmitted("red");
    String[] asAlice = {"X-Remote-User", "alice"};
    assertThat(create("red", asAlice).path("message").asText())
        .isEqualTo(
            "widgets.example.com \"w\" is forbidden: ValidatingAdmissionPolicy 'painters' with"
                + " binding 'painters' denied request: only painters create widgets");
    widgets.allowAlice("{apiGroups: [example.com], resources: [widgets], verbs: [paint]}");
    eventually(() -> assertThat(create("red", asAlice).path("kind").asText()).isEqualTo("Widget"));
  }

  /** The webhook comes after the policy, which sees its change in the second round. */
  @Test
  void policyIsEvaluatedAgainAfterAWebhook() throws Exception {
    policy(
        "mutating",
        """
        metadata: {name: labels}
        spec:
          reinvocationPolicy: IfNeeded
          %s
          mutations:
          - patchType: JSONPatch
            jsonPatch:
              expression: >
                [JSONPatch{op: "add", path: "/spec/was", value: object.spec.color}]
        """
            .formatted(CONSTRAINTS),
        "{metadata: {name: labels}, spec: {policyName: labels}}");
    var authority = new DevelopmentCertificates(Clock.systemUTC());
    HttpsServer webhook = painting(authority);
    try {
      String bundle =
          Base64.getEncoder()
              .encodeToString(
                  PemFile.text(authority.authority()).getBytes(StandardCharsets.US_ASCII));
      widgets
          .objects()
          .create(
              new GroupResource(ADMISSION, "mutatingwebhookconfigurations"),
              yaml(
                  """
                  metadata: {name: painter}
                  webhooks:
                  - name: painter.example.com
                    clientConfig: {url: "https://localhost:%d/", caBundle: %s}
                    rules:
                    - {operations: [CREATE], apiGroups: [example.com], apiVersions: [v1], resources: [widgets]}
                    admissionReviewVersions: [v1]
                    sideEffects: None
                    failurePolicy: Fail
                    timeoutSeconds: 10
                  """
                      .formatted(webhook.getAddress().getPort(), bundle)));
      widgets.start(config -> {});
      assertThat(create("red", AS_ROOT).path("spec")).isEqualTo(yaml("{color: blue, was: blue}"));
    } finally {
      webhook.stop(0);
    }
  }

  /** A webhook that makes all blue. */
  private static HttpsServer painting(DevelopmentCertificates authority) throws Exception {
    HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(
            authority
                .issue(Purpose.SERVER, "painter", List.of("localhost"))
                .serverContext(List.of())));
    String patch = "[{\"op\":\"replace\",\"path\":\"/spec/color\",\"value\":\"blue\"}]";
    server.createContext(
        "/",
        exchange -> {
          ObjectNode review =
              yaml(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          review
              .putObject("response")
              .put("uid", review.at("/request/uid").asText())
              .put("allowed", true)
              .put("patchType", "JSONPatch")
              .put("patch", patch.getBytes(StandardCharsets.UTF_8));
          review.remove("request");
          byte[] answer = review.toString().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void olderClusterHasNoMutatingPolicies() throws Exception {
    for (String plural : List.of("mutatingadmissionpolicies", "mutatingadmissionpolicybindings")) {
      widgets
          .kube()
          .embedded()
          .server()
          .resources()
          .unregister(new GroupResource(ADMISSION, plural));
    }
    widgets.objects().create(CONFIG_MAPS, forbidden("red"));
    colorsByConfigMap("name: forbidden");
    widgets.start(config -> {});
    assertDenied("red", "no red");
  }

  @Test
  void missingRuleKeepsTheServerFromStarting() throws Exception {
    widgets.allowAlice(
        "{apiGroups: [''], resources: [namespaces, configmaps], verbs: [get, list, watch]}");
    Path kubeconfig = widgets.kubeconfigOfAlice();
    assertThatThrownBy(() -> widgets.start(config -> config.kubeconfig(kubeconfig)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "list and watch mutatingadmissionpolicies.admissionregistration.k8s.io of the cluster:"
                + " mutatingadmissionpolicies.admissionregistration.k8s.io is forbidden: User"
                + " \"alice\" cannot list resource \"mutatingadmissionpolicies\" in API group"
                + " \"admissionregistration.k8s.io\" at the cluster scope; add to the rules of a"
                + " ClusterRole of this server: {apiGroups: [\"admissionregistration.k8s.io\"],"
                + " resources: [mutatingadmissionpolicies, mutatingadmissionpolicybindings,"
                + " mutatingwebhookconfigurations, validatingadmissionpolicies,"
                + " validatingadmissionpolicybindings, validatingwebhookconfigurations], verbs:"
                + " [list, watch]}");
    assertThat(widgets.start(config -> config.kubeconfig(kubeconfig).readOnly()).port())
        .isPositive();
  }
}
