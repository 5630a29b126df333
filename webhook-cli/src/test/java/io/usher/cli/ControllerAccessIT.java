package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.RequestInfo;
import io.usher.cli.local.YamlDocuments;
import io.usher.cluster.Lister;
import io.usher.http.HttpSettings;
import io.usher.json.Yaml;
import io.usher.manifest.Installation;
import io.usher.manifest.Manifests;
import io.usher.rule.Mutating;
import io.usher.rule.Outcome;
import io.usher.rule.Reads;
import io.usher.rule.Reconciling;
import io.usher.rule.Webhook;
import io.usher.server.ControllerSettings;
import io.usher.server.HttpsApiServer;
import io.usher.server.UsherController;
import io.usher.server.ViewSettings;
import io.usher.webhook.WebhookRegistration;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The generated permissions of a controller, as RBAC of an API server takes them. */
@Timeout(300)
class ControllerAccessIT {

  private static final String RBAC = "rbac.authorization.k8s.io";
  private static final Map<String, GroupResource> RBAC_KINDS =
      Map.of(
          "Role", new GroupResource(RBAC, "roles"),
          "RoleBinding", new GroupResource(RBAC, "rolebindings"),
          "ClusterRole", new GroupResource(RBAC, "clusterroles"),
          "ClusterRoleBinding", new GroupResource(RBAC, "clusterrolebindings"));
  private static final GroupResource MAPS = new GroupResource("", "configmaps");
  private static final GroupResource SECRETS = new GroupResource("", "secrets");
  private static final GroupResource EVENTS = new GroupResource("", "events");

  /** Of each test a controller of its own name, as all share a server. */
  private static final AtomicInteger NUMBER = new AtomicInteger();

  /** What was refused to the controllers, {@code NAME: VERB RESOURCE.GROUP}. */
  private static final Set<String> REFUSED = ConcurrentHashMap.newKeySet();

  /** Secrets whose first patch was refused, whatever RBAC says. */
  private static final Set<String> ONCE = ConcurrentHashMap.newKeySet();

  private static HttpsApiServer server;

  @TempDir private Path directory;
  private String name;

  /** Needs each right that there can be. */
  @Reads(Namespace.class)
  @Webhook(name = "handled.example.com")
  static final class Rules {

    @Reconciling(names = "handled-*")
    Outcome handle(ConfigMap map, Lister<Namespace> namespaces) {
      map.getMetadata().setLabels(Map.of("team", "red"));
      return Outcome.desired(map).and(Outcome.event("Labelled", "the team is red"));
    }

    @Mutating(
        operations = Operation.UPDATE,
        names = {"plain-*", "frozen-*", "once-*"})
    void initialize(Secret secret) {
      secret.setData(Map.of("team", "cmVk"));
    }
  }

  private static List<WebhookRegistration> webhooks() {
    return WebhookRegistration.fromInstances(List.of(new Rules()));
  }

  @BeforeAll
  static void serve() throws Exception {
    server =
        HttpsApiServer.start(
            new InetSocketAddress("127.0.0.1", 0),
            List.of(),
            config ->
                config
                    .authenticator(ControllerAccessIT::controller)
                    .authorizers(
                        rbac -> List.of((user, request) -> authorize(rbac, user, request))),
            fatal -> {});
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static @Nullable UserInfo controller(ApiRequest request) {
    String token = request.headers().first("Authorization");
    if (token == null || !token.startsWith("Bearer gate-")) {
      return null;
    }
    String account = token.substring("Bearer ".length()) + "-controller";
    return UserInfo.of(
        "system:serviceaccount:default:" + account,
        "system:serviceaccounts",
        "system:serviceaccounts:default",
        "system:authenticated");
  }

  private static Authorizer.Decision authorize(
      Authorizer rbac, UserInfo user, RequestInfo request) {
    Authorizer.Decision decision = rbac.authorize(user, request);
    String account = user.username().substring(user.username().lastIndexOf(':') + 1);
    if (account.startsWith("gate-") && !decision.allowed()) {
      REFUSED.add(account + ": " + right(request.verb(), request.group(), request.resource()));
    }
    boolean once =
        request.verb().equals("patch")
            && request.name().startsWith("once-")
            && ONCE.add(request.name());
    return once ? Authorizer.Decision.deny("once") : decision;
  }

  private static String right(String verb, String group, String resource) {
    return verb + " " + resource + "." + group;
  }

  @BeforeEach
  void name() {
    name = "gate-" + NUMBER.incrementAndGet();
  }

  private static ObjectStore objects() {
    return server.embedded().server().objects();
  }

  private static Stream<ObjectNode> permissions(String name) {
    Installation installation =
        new Installation(name, "default", "localhost/gate:1", null, List.of(), true);
    return YamlDocuments.read(
            "server.yaml",
            Manifests.generate(installation, webhooks()).contents().get("plain/server.yaml"))
        .stream()
        .map(document -> (ObjectNode) document.tree())
        .filter(object -> RBAC_KINDS.containsKey(object.get("kind").asText()));
  }

  /** Each right that is granted. */
  static List<String> rights() {
    return permissions("gate")
        .flatMap(object -> stream(object.path("rules")))
        .flatMap(
            rule ->
                stream(rule.path("apiGroups"))
                    .flatMap(
                        group ->
                            stream(rule.path("resources"))
                                .flatMap(
                                    resource ->
                                        stream(rule.path("verbs"))
                                            .map(
                                                verb ->
                                                    right(
                                                        verb.asText(),
                                                        group.asText(),
                                                        resource.asText())))))
        .distinct()
        .toList();
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return Stream.iterate(0, i -> i < array.size(), i -> i + 1).map(array::get);
  }

  /** Grants what the manifests grant, but for a right. */
  private void grantAllBut(String right) {
    permissions(name)
        .forEach(
            object -> {
              for (JsonNode rule : object.path("rules")) {
                var verbs = (ArrayNode) rule.get("verbs");
                // Of several resources of a rule all lose it.
                for (JsonNode resource : rule.get("resources")) {
                  for (int i = verbs.size() - 1; i >= 0; i--) {
                    if (right(
                            verbs.get(i).asText(),
                            rule.get("apiGroups").get(0).asText(),
                            resource.asText())
                        .equals(right)) {
                      verbs.remove(i);
                    }
                  }
                }
              }
              objects().create(RBAC_KINDS.get(object.get("kind").asText()), object);
            });
  }

  private void create(GroupResource type, String yaml) {
    try {
      objects().create(type, (ObjectNode) Yaml.mapper().build().readTree(yaml));
    } catch (java.io.IOException e) {
      throw new IllegalArgumentException(yaml, e);
    }
  }

  private void createObjects() {
    create(
        MAPS,
        "{apiVersion: v1, kind: ConfigMap, metadata: {namespace: default, name: handled-%s}}"
            .formatted(name));
    for (String secret : List.of("plain-%s}", "once-%s}", "frozen-%s}, immutable: true")) {
      create(
          SECRETS,
          "{apiVersion: v1, kind: Secret, type: Opaque, metadata: {namespace: default, name: %s}"
              .formatted(secret.formatted(name)));
    }
  }

  private UsherController start() throws Exception {
    Path kubeconfig =
        Files.writeString(
            directory.resolve("kubeconfig"),
            server.kubeconfig().replaceFirst("token: .*", "token: " + name));
    return UsherController.create(
            config ->
                config
                    .webhooks(webhooks().toArray(WebhookRegistration[]::new))
                    .configurations(InitOptions::configurations)
                    .set(ControllerSettings.INITIALIZE, true)
                    .set(ControllerSettings.INITIALIZE_MAX_PER_SECOND, 0)
                    .set(ControllerSettings.LEASE_NAME, name + "-controller")
                    .set(ControllerSettings.LEASE_NAMESPACE, "default")
                    .set(ControllerSettings.RETRY_PERIOD, Duration.ofMillis(100))
                    .set(ViewSettings.KUBECONFIG, kubeconfig)
                    .set(HttpSettings.HEALTH_HOST, "127.0.0.1")
                    .set(HttpSettings.HEALTH_PORT, 0))
        .start();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(20));
  }

  private List<String> refused() {
    String prefix = name + "-controller: ";
    return REFUSED.stream()
        .filter(each -> each.startsWith(prefix))
        .map(each -> each.substring(prefix.length()))
        .sorted()
        .toList();
  }

  private boolean has(GroupResource type, String object, String text) {
    return objects().list(type, "default").stream()
        .anyMatch(
            each ->
                each.at("/metadata/name").asText().startsWith(object + "-" + name)
                    && each.toString().contains(text));
  }

  @Test
  void whatIsGrantedIsEnough() throws Exception {
    grantAllBut("nothing");
    createObjects();
    try (UsherController controller = start()) {
      eventually().until(() -> has(MAPS, "handled", "\"team\":\"red\""));
      eventually().until(() -> has(SECRETS, "plain", "cmVk") && has(SECRETS, "once", "cmVk"));
      eventually().until(() -> has(EVENTS, "handled", "Labelled") && has(EVENTS, "frozen", ""));
      assertThat(controller.leading()).isTrue();
    }
    assertThat(refused()).isEmpty();
    assertThat(
            objects()
                .get(
                    new GroupResource("coordination.k8s.io", "leases"),
                    "default",
                    name + "-controller")
                .at("/spec/holderIdentity")
                .asText())
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("rights")
  void noneOfWhatIsGrantedCanBeLeftOut(String right) throws Exception {
    grantAllBut(right);
    createObjects();
    try (UsherController controller = start()) {
      eventually().until(() -> refused().contains(right));
    }
  }
}
