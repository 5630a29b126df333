package io.usher.initializer;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;
import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.usher.engine.Ticker;
import io.usher.listwatch.ListWatch;
import io.usher.listwatch.ListWatchSettings;
import io.usher.manifest.Installation;
import io.usher.manifest.Manifests;
import io.usher.server.InProcessWebhooks;
import io.usher.telemetry.TelemetrySettings;
import io.usher.testkit.apiserver.ApiServer;
import io.usher.webhook.InitializerAccess;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link InitializerAccess} tells, as RBAC of an API server takes it. */
@Timeout(180)
class InitializerAccessIT {

  private static ApiServer server;
  private static KubernetesClient admin;

  /** Each test's own, so that no grant of another counts. */
  private final String user = "initializer-" + UUID.randomUUID();

  private final WebhookRegistration webhook =
      WebhookRegistration.named("initializer.example.com")
          .namespaceSelector("kubernetes.io/metadata.name=default")
          .editing(
              "set-data",
              on(ConfigMap.class, UPDATE).names("map-*"),
              (map, context) -> map.setData(Map.of("a", "2")))
          .editing("never", on(Secret.class, UPDATE).names("none"), (secret, context) -> {})
          .build();
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  @TempDir private Path folder;
  private InProcessWebhooks webhooks;
  private ListWatch api;

  @BeforeAll
  static void startServer() {
    server = ApiServer.start(options -> {});
    admin = server.client();
  }

  @AfterAll
  static void endServer() {
    server.close();
  }

  @BeforeEach
  void start() throws Exception {
    server.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: map-fixed, namespace: default}
        data: {a: "1"}
        immutable: true
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: map-raced, namespace: default}
        data: {a: "1"}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: USER}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: USER}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: USER}]
        """
            .replace("USER", user));
    String token = server.clientOf(user).getConfiguration().getOauthToken();
    Path kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"),
            server.kubeconfig().replaceFirst("token: .*", "token: " + token));
    api = ListWatch.open(kubeconfig, ListWatchSettings.DEFAULT, executor, timer, Ticker.SYSTEM);
  }

  @AfterEach
  void end() {
    api.close();
    executor.shutdownNow();
    timer.shutdownNow();
    if (webhooks != null) {
      webhooks.close();
    }
    admin.configMaps().inNamespace("default").delete();
    admin.v1().events().inNamespace("default").delete();
  }

  /** Grants it all but this. */
  private void grantAllBut(String verb, String resource) {
    var rules = new ArrayList<PolicyRule>();
    for (InitializerAccess access : InitializerAccess.of(List.of(webhook))) {
      for (String each : access.resources()) {
        var verbs = new ArrayList<>(access.verbs());
        if (each.equals(resource)) {
          verbs.remove(verb);
        }
        if (!verbs.isEmpty()) {
          rules.add(
              new PolicyRuleBuilder()
                  .withApiGroups(access.group())
                  .withResources(each)
                  .withVerbs(verbs)
                  .build());
        }
      }
    }
    admin
        .resource(
            new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(user)
                .endMetadata()
                .withRules(rules)
                .build())
        .create();
  }

  /** What does not work. */
  private TreeSet<String> missing() throws Exception {
    var missing = new TreeSet<String>();
    var changes = new RuleChanges();
    webhooks =
        InProcessWebhooks.loadInitializing(
            config ->
                config
                    .webhooks(webhook)
                    .observe(changes)
                    .set(TelemetrySettings.DECISION_LOG, false));
    Initializer initializer =
        Initializer.connect(
            api,
            new Initializer.Rules(
                webhooks.webhooks(),
                Manifests.registration(
                    new Installation("usher", "usher-system", "usher"), webhooks.webhooks()),
                webhooks,
                changes),
            InitializerSettings.DEFAULT);
    try {
      initializer.apply(null, raced(missing));
    } catch (IOException e) {
      missing.add("list");
    }
    if (admin.v1().events().inNamespace("default").list().getItems().stream()
        .noneMatch(event -> event.getInvolvedObject().getName().equals("map-fixed"))) {
      missing.add("event");
    }
    long failures = api.counters().failures();
    var counters = new InitializerProgress();
    try (Keeper keeper = initializer.keep(timer, counters)) {
      eventually(
          missing,
          failures,
          () -> counters.count(Outcome.RIGHT) + counters.count(Outcome.REFUSED) > 1);
      server.apply(
          "{apiVersion: v1, kind: ConfigMap, metadata: {name: map-late, namespace: default}}");
      eventually(
          missing,
          failures,
          () ->
              admin.configMaps().inNamespace("default").withName("map-late").get().getData()
                  != null);
    }
    if (api.counters().failures() > failures) {
      missing.add("watch");
    }
    return missing;
  }

  /** Or until it is known that something does not work. */
  private void eventually(TreeSet<String> missing, long failures, BooleanSupplier condition) {
    await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                !missing.isEmpty()
                    || api.counters().failures() > failures
                    || condition.getAsBoolean());
  }

  /** Somebody else is faster, once. */
  private PassListener raced(TreeSet<String> missing) {
    return new PassListener() {
      @Override
      public void planned(Plan plan) {
        if (plan.object().name().equals("map-raced")) {
          admin
              .configMaps()
              .inNamespace("default")
              .withName("map-raced")
              .edit(
                  map -> {
                    map.getMetadata().setLabels(Map.of("raced", "yes"));
                    return map;
                  });
        }
      }

      @Override
      public boolean done(Result result) {
        if (result.outcome() == Outcome.FAILED) {
          missing.add("change");
        }
        return true;
      }
    };
  }

  @Test
  void whatIsGrantedIsEnough() throws Exception {
    grantAllBut("", "");

    assertThat(missing()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "get, configmaps, change",
    "list, configmaps, list",
    "list, secrets, list",
    "watch, configmaps, watch",
    "watch, secrets, watch",
    "patch, configmaps, change",
    "get, namespaces, change",
    "create, events, event"
  })
  void noneOfItCanBeLeftOut(String verb, String resource, String missing) throws Exception {
    grantAllBut(verb, resource);

    assertThat(missing()).contains(missing);
  }

  @Test
  void nothingIsNeededWhereNoRuleIsAsked() {
    WebhookRegistration onlyCreate =
        WebhookRegistration.named("a.example.com")
            .editing("create", on(ConfigMap.class, CREATE), (map, c) -> {})
            .build();

    assertThat(InitializerAccess.of(List.of(onlyCreate))).isEmpty();
    assertThat(InitializerAccess.of(List.of(webhook)))
        .containsExactly(
            new InitializerAccess(
                "", List.of("configmaps", "secrets"), List.of("get", "list", "watch", "patch")),
            new InitializerAccess("", List.of("namespaces"), List.of("get")),
            new InitializerAccess("events.k8s.io", List.of("events"), List.of("create")));
  }
}
