package io.usher.e2e;

import static io.usher.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.http.HttpSettings;
import io.usher.manifest.Manifests;
import io.usher.server.ControllerSettings;
import io.usher.server.UsherController;
import io.usher.server.ViewSettings;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The generated permissions of a controller, by RBAC and audit log of a kube-apiserver: what they
 * grant is enough, and of each right that is left out a request is forbidden. All controllers run
 * at the same time, each with a ServiceAccount and objects of its own.
 */
@Timeout(300)
final class ControllerRightsIT {

  private static final String NOTHING = "nothing";
  private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";
  private static final String NAMESPACED = RBAC + "/namespaces/" + ControlledRules.NAMESPACE + "/";

  /** Of the objects: a controller leaves those of its own namespace alone. */
  private static final String CORE = "/api/v1/namespaces/controlled/";

  private static final String LEASES =
      "/apis/coordination.k8s.io/v1/namespaces/" + ControlledRules.NAMESPACE + "/leases/";
  private static final String POLICIES = "/apis/admissionregistration.k8s.io/v1/";

  private static final Map<String, String> COLLECTIONS =
      Map.of(
          "ServiceAccount", "/api/v1/namespaces/" + ControlledRules.NAMESPACE + "/serviceaccounts",
          "Role", NAMESPACED + "roles",
          "RoleBinding", NAMESPACED + "rolebindings",
          "ClusterRole", RBAC + "/clusterroles",
          "ClusterRoleBinding", RBAC + "/clusterrolebindings");

  @TempDir private static Path work;
  private static PlainApiServer server;

  /** By the right that each lacks. */
  private static final Map<String, UsherController> CONTROLLERS = new LinkedHashMap<>();

  @BeforeAll
  static void start() throws IOException {
    server =
        new PlainApiServer(
            Path.of(System.getProperty("usher.e2e.assets")),
            Files.createDirectory(work.resolve("server")),
            "--authorization-mode=RBAC",
            "--audit-policy-file=../tools/kube/node/conf/audit.yaml",
            "--audit-log-mode=blocking",
            "--audit-log-path=" + work.resolve("audit.log"));
    for (String name : List.of(ControlledRules.NAMESPACE, "controlled")) {
      create(
          "/api/v1/namespaces",
          Documents.yaml(
              "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(name)));
    }
    refuseDeniedSecrets();
    start(NOTHING);
    for (String right : rights()) {
      start(right);
    }
  }

  @AfterAll
  static void close() {
    CONTROLLERS.values().forEach(UsherController::close);
    server.close();
  }

  private static void create(String collection, ObjectNode object) {
    server.api().create(collection, object).accepted();
  }

  /** A change that fails otherwise than by RBAC or for good: it is tried again, which needs get. */
  private static void refuseDeniedSecrets() {
    create(
        POLICIES + "validatingadmissionpolicies",
        Documents.yaml(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: denied}
            spec:
              matchConstraints:
                resourceRules:
                - {apiGroups: [""], apiVersions: [v1], operations: [UPDATE], resources: [secrets]}
              validations:
              - {expression: "!object.metadata.name.startsWith('denied-')", reason: RequestEntityTooLarge}
            """));
    create(
        POLICIES + "validatingadmissionpolicybindings",
        Documents.yaml(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata: {name: denied}
            spec: {policyName: denied, validationActions: [Deny]}
            """));
    ObjectNode probe = secret("denied-probe");
    create(CORE + "secrets", probe);
    eventually(() -> server.api().update(CORE + "secrets/denied-probe", probe).refused(413));
  }

  private static ObjectNode secret(String name) {
    return Documents.yaml(
        "{apiVersion: v1, kind: Secret, type: Opaque, metadata: {name: %s}}".formatted(name));
  }

  /** What it takes to be a controller: an account and its rights. */
  private static List<ObjectNode> account(String name) {
    String yaml = ControlledRules.manifests(name).contents().get("plain/server.yaml");
    return Documents.yamls(yaml).stream()
        .filter(object -> COLLECTIONS.containsKey(object.path("kind").asText()))
        .filter(object -> labelledName(object).equals(name + "-controller"))
        .toList();
  }

  private static String labelledName(JsonNode object) {
    return object.at("/metadata/labels/app.kubernetes.io~1name").asText();
  }

  private static String right(String verb, JsonNode group, JsonNode resource) {
    return "%s %s.%s".formatted(verb, resource.asText(), group.asText());
  }

  /** Each right that is granted. */
  static List<String> rights() {
    var rights = new ArrayList<String>();
    for (ObjectNode object : account("each")) {
      for (JsonNode rule : object.path("rules")) {
        for (JsonNode verb : rule.path("verbs")) {
          for (JsonNode group : rule.path("apiGroups")) {
            for (JsonNode resource : rule.path("resources")) {
              rights.add(right(verb.asText(), group, resource));
            }
          }
        }
      }
    }
    return rights.stream().distinct().toList();
  }

  /** Leaves this right out; where a rule names several resources, all of them lose it. */
  private static void take(String right, ObjectNode object) {
    for (Iterator<JsonNode> rules = object.path("rules").iterator(); rules.hasNext(); ) {
      JsonNode rule = rules.next();
      Iterator<JsonNode> verbs = rule.path("verbs").iterator();
      while (verbs.hasNext()) {
        String verb = verbs.next().asText();
        for (JsonNode resource : rule.path("resources")) {
          if (right(verb, rule.at("/apiGroups/0"), resource).equals(right)) {
            verbs.remove();
            break;
          }
        }
      }
      // which RBAC does not take
      if (rule.path("verbs").isEmpty()) {
        rules.remove();
      }
    }
  }

  private static String name(String right) {
    return right.replaceAll("[^a-z0-9]+", "-").replaceAll("-$", "");
  }

  private static void start(String right) throws IOException {
    String name = name(right);
    for (ObjectNode object : account(name)) {
      take(right, object);
      create(COLLECTIONS.get(object.path("kind").asText()), object);
    }
    create(CORE + "configmaps", Documents.configMap("handled-" + name));
    create(CORE + "secrets", secret("plain-" + name));
    create(CORE + "secrets", secret("denied-" + name));
    create(CORE + "secrets", secret("frozen-" + name).put("immutable", true));
    Path kubeconfig =
        Files.writeString(work.resolve(name + ".kubeconfig"), server.kubeconfig(token(name)));
    var controller =
        UsherController.create(
            config ->
                config
                    .webhooks(ControlledRules.webhooks(name).toArray(WebhookRegistration[]::new))
                    .configurations(
                        webhooks ->
                            Manifests.registration(ControlledRules.installation(name), webhooks))
                    .set(ControllerSettings.INITIALIZE, true)
                    .set(ControllerSettings.LEASE_NAME, name + "-controller")
                    .set(ControllerSettings.LEASE_NAMESPACE, ControlledRules.NAMESPACE)
                    .set(ControllerSettings.RETRY_PERIOD, Duration.ofMillis(200))
                    .set(ViewSettings.KUBECONFIG, kubeconfig)
                    .set(HttpSettings.HEALTH_HOST, "127.0.0.1")
                    .set(HttpSettings.HEALTH_PORT, 0));
    CONTROLLERS.put(right, controller.start());
  }

  private static String token(String name) {
    return server
        .api()
        .create(
            COLLECTIONS.get("ServiceAccount") + "/" + name + "-controller/token",
            Documents.yaml("{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, spec: {}}"))
        .accepted()
        .at("/status/token")
        .asText();
  }

  private static List<String> forbidden(String name) throws IOException {
    try (var lines = Files.lines(work.resolve("audit.log"))) {
      return new ServiceAccountRequests(lines, ControlledRules.NAMESPACE, name + "-controller")
          .forbidden();
    }
  }

  private static JsonNode get(String path) {
    return server.api().get(path).accepted().body();
  }

  private static List<String> events(String object) {
    var reasons = new ArrayList<String>();
    get(CORE + "events?fieldSelector=involvedObject.name=" + object)
        .path("items")
        .forEach(event -> reasons.add(event.path("reason").asText()));
    return reasons;
  }

  @Test
  void whatIsGrantedIsEnough() throws IOException {
    eventually(
        () ->
            assertThat(
                    get(CORE + "configmaps/handled-nothing").at("/metadata/labels/team").asText())
                .isEqualTo("red"));
    eventually(
        () ->
            assertThat(get(CORE + "secrets/plain-nothing").at("/data/team").asText())
                .isEqualTo("cmVk"));
    eventually(() -> assertThat(events("handled-nothing")).contains("Labelled"));
    eventually(() -> assertThat(events("frozen-nothing")).contains("ChangeRefused"));

    CONTROLLERS.get(NOTHING).close();

    assertThat(get(LEASES + "nothing-controller").at("/spec/holderIdentity").asText()).isEmpty();
    assertThat(forbidden(NOTHING)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("rights")
  void noneOfWhatIsGrantedCanBeLeftOut(String right) {
    eventually(() -> assertThat(forbidden(name(right))).contains(right));
  }
}
