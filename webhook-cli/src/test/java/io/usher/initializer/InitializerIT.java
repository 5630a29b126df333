package io.usher.initializer;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;
import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionResource;
import io.usher.engine.Ticker;
import io.usher.listwatch.ListWatch;
import io.usher.listwatch.ListWatchSettings;
import io.usher.manifest.Installation;
import io.usher.manifest.Manifests;
import io.usher.rule.Decision;
import io.usher.rule.RuleContext;
import io.usher.server.InProcessWebhooks;
import io.usher.telemetry.TelemetrySettings;
import io.usher.testkit.apiserver.ApiServer;
import io.usher.testkit.apiserver.Fault;
import io.usher.webhook.WebhookBuilder;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Initializer against an API server. Each test's rules are for objects of its own names. */
@Timeout(180)
class InitializerIT {

  /** Pages of two: whatever a test makes does not fit into one. */
  private static final ListWatchSettings SETTINGS =
      new ListWatchSettings(
          2,
          Duration.ofSeconds(70),
          Duration.ofSeconds(80),
          Duration.ofMillis(50),
          Duration.ofSeconds(1),
          Duration.ofMinutes(5),
          1_024,
          8 << 20);

  private static ApiServer server;

  @TempDir private Path folder;
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private Runnable duringPause = () -> {};
  private KubernetesClient client;
  private ListWatch api;

  @BeforeAll
  static void startServer() {
    server = ApiServer.start(options -> {});
  }

  @AfterAll
  static void endServer() {
    server.close();
  }

  @BeforeEach
  void connect() throws IOException {
    client = server.client();
    Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig());
    api = ListWatch.open(kubeconfig, SETTINGS, executor, timer, Ticker.SYSTEM);
  }

  @AfterEach
  void end() throws Exception {
    server.liftFaults();
    for (AutoCloseable each : open) {
      each.close();
    }
    api.close();
    executor.shutdownNow();
    timer.shutdownNow();
    client.configMaps().inNamespace("default").delete();
    client.apps().deployments().inNamespace("default").delete();
  }

  /** What a pass told. */
  private static final class Told implements PassListener {
    final List<Plan> plans = new ArrayList<>();
    final List<Result> results = new ArrayList<>();
    final List<GroupVersionResource> unserved = new ArrayList<>();
    Position reached;
    Consumer<Plan> planning = plan -> {};
    int most = Integer.MAX_VALUE;

    @Override
    public void planned(Plan plan) {
      plans.add(plan);
      planning.accept(plan);
    }

    @Override
    public boolean done(Result result) {
      results.add(result);
      return results.size() < most;
    }

    @Override
    public void reached(Position position) {
      reached = position;
    }

    @Override
    public void unserved(GroupVersionResource resource) {
      unserved.add(resource);
    }
  }

  private static WebhookBuilder webhook() {
    return WebhookRegistration.named("initializer.example.com");
  }

  /** Adds a label to ConfigMaps. */
  private static WebhookRegistration teams() {
    return webhook()
        .editing(
            "add-team",
            on(ConfigMap.class, CREATE, UPDATE).names("map-*"),
            (map, context) -> label(map, "team", "shop"))
        .build();
  }

  private static void label(HasMetadata object, String key, String value) {
    label(object.getMetadata(), key, value);
  }

  private static void label(ObjectMeta metadata, String key, String value) {
    if (metadata.getLabels() == null) {
      metadata.setLabels(new java.util.LinkedHashMap<>());
    }
    metadata.getLabels().put(key, value);
  }

  private Initializer initializer(WebhookRegistration... webhooks) throws Exception {
    return initializer(InitializerSettings.DEFAULT, webhooks);
  }

  private Initializer initializer(
      InitializerSettings settings, WebhookRegistration... registrations) throws Exception {
    var changes = new RuleChanges();
    var webhooks =
        InProcessWebhooks.loadInitializing(
            config ->
                config
                    .webhooks(registrations)
                    .observe(changes)
                    .set(TelemetrySettings.DECISION_LOG, false));
    open.add(webhooks);
    return Initializer.connect(
        api,
        new Initializer.Rules(
            webhooks.webhooks(),
            Manifests.registration(
                new Installation("usher", "usher-system", "usher"), webhooks.webhooks()),
            webhooks,
            changes),
        settings,
        Ticker.SYSTEM,
        time -> {
          pauses.add(time);
          duringPause.run();
        },
        Clock.systemUTC());
  }

  private void maps(String... names) {
    for (String name : names) {
      server.apply(
          "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, namespace: default}, data: {a: '1'}}"
              .formatted(name));
    }
  }

  private ConfigMap map(String name) {
    return client.configMaps().inNamespace("default").withName(name).get();
  }

  private List<Event> events(String name) {
    return client.v1().events().inNamespace("default").list().getItems().stream()
        .filter(event -> event.getInvolvedObject().getName().equals(name))
        .toList();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(20));
  }

  @Test
  void objectsThatExistAreChangedAndThoseThatAreRightCostNoWrite() throws Exception {
    maps("map-1", "map-2", "map-3", "other");
    var initializer = initializer(teams());
    var first = new Told();

    assertThat(initializer.apply(null, first)).isTrue();

    assertThat(first.results)
        .filteredOn(result -> result.outcome() == Outcome.CHANGED)
        .extracting(result -> result.object().toString())
        .containsExactly(
            "ConfigMap default/map-1", "ConfigMap default/map-2", "ConfigMap default/map-3");
    ConfigMap changed = map("map-2");
    assertThat(changed.getMetadata().getLabels()).isEqualTo(Map.of("team", "shop"));
    assertThat(changed.getData()).isEqualTo(Map.of("a", "1"));
    assertThat(map("other").getMetadata().getLabels()).isNullOrEmpty();

    var second = new Told();
    initializer.apply(null, second);

    assertThat(second.results).extracting(Result::outcome).containsOnly(Outcome.RIGHT);
    assertThat(map("map-2").getMetadata().getResourceVersion())
        .isEqualTo(changed.getMetadata().getResourceVersion());
  }

  @Test
  void planChangesNothingAndTellsWhichRulesWould() throws Exception {
    maps("map-1");
    var told = new Told();

    initializer(teams()).plan(null, told);

    assertThat(told.results).isEmpty();
    assertThat(map("map-1").getMetadata().getLabels()).isNullOrEmpty();
    var change = change(told, "map-1");
    assertThat(change.idempotent()).isTrue();
    assertThat(change.patch().rules()).containsExactly("add-team");
    assertThat(change.patch().type()).isEqualTo("application/strategic-merge-patch+json");
    assertThat(change.patch().patch().toString())
        .isEqualTo("{\"metadata\":{\"labels\":{\"team\":\"shop\"}}}");
  }

  private static Plan.Change change(Told told, String name) {
    return told.plans.stream()
        .filter(plan -> plan.object().name().equals(name))
        .map(Plan.Change.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void rulesAreAskedAsForAnUpdateThatChangesNothing() throws Exception {
    maps("map-1");
    var asked = new AtomicReference<AdmissionRequest>();
    var webhook =
        webhook()
            .mutating(
                "look",
                on(ConfigMap.class, CREATE).names("map-1").initialize(),
                (ConfigMap map, RuleContext context) -> {
                  asked.set(context.request());
                  return Decision.allow();
                })
            .mutating(
                "never",
                on(ConfigMap.class, CREATE).names("map-1"),
                (ConfigMap map, RuleContext context) -> Decision.deny("asked"))
            .build();

    initializer(webhook).plan(null, new Told());

    AdmissionRequest request = asked.get();
    assertThat(request.operation()).isEqualTo(UPDATE);
    assertThat(request.userInfo().username()).isEqualTo("kubernetes-admin");
    assertThat(request.dryRun()).isTrue();
    assertThat(request.object()).isNotNull().isEqualTo(request.oldObject());
    assertThat(request.object().at("/metadata/uid").asText())
        .isEqualTo(map("map-1").getMetadata().getUid());
    assertThat(request.options().path("kind").asText()).isEqualTo("UpdateOptions");
  }

  @Test
  void selectorsAndConditionsDecideAsForTheApiServer() throws Exception {
    server.apply(
        "{apiVersion: v1, kind: Namespace, metadata: {name: chosen, labels: {use: yes-please}}}");
    server.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: map-1, namespace: chosen, labels: {app: web}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: map-2, namespace: chosen, labels: {app: db}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: map-3, namespace: chosen, labels: {app: web}, annotations: {skip: "true"}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: map-1, namespace: default, labels: {app: web}}
        """);
    var webhook =
        webhook()
            .namespaceSelector("use=yes-please")
            .objectSelector("app=web")
            .matchCondition(
                "not-skipped",
                "!has(object.metadata.annotations) || !('skip' in object.metadata.annotations)")
            .editing(
                "add-team",
                on(ConfigMap.class, UPDATE).names("map-*"),
                (map, context) -> label(map, "team", "shop"))
            .build();
    var told = new Told();

    initializer(webhook).plan(null, told);
    client.namespaces().withName("chosen").delete();

    assertThat(told.plans)
        .filteredOn(Plan.Change.class::isInstance)
        .extracting(plan -> plan.object().toString())
        .containsExactly("ConfigMap chosen/map-1");
  }

  @Test
  void changedMeanwhileItIsReadAgain() throws Exception {
    maps("map-1");
    var told = new Told();
    told.planning =
        plan -> {
          if (plan instanceof Plan.Change && map("map-1").getData().get("a").equals("1")) {
            edit("map-1", map -> map.getData().put("a", "2"));
          }
        };

    initializer(teams()).apply(null, told);

    assertThat(told.results)
        .filteredOn(result -> result.object().name().equals("map-1"))
        .extracting(Result::outcome)
        .containsExactly(Outcome.CHANGED);
    assertThat(map("map-1").getData()).isEqualTo(Map.of("a", "2"));
    assertThat(map("map-1").getMetadata().getLabels()).isEqualTo(Map.of("team", "shop"));
  }

  private void edit(String name, Consumer<ConfigMap> change) {
    client
        .configMaps()
        .inNamespace("default")
        .withName(name)
        .edit(
            map -> {
              change.accept(map);
              return map;
            });
  }

  @Test
  void anotherObjectOfItsNameIsNotTakenForIt() throws Exception {
    maps("map-1");
    var told = new Told();
    var replaced = new AtomicInteger();
    told.planning =
        plan -> {
          if (plan instanceof Plan.Change && replaced.getAndIncrement() == 0) {
            client.configMaps().inNamespace("default").withName("map-1").delete();
            server.apply(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: map-1, namespace: default, labels: {team: shop}}}");
          }
        };

    initializer(teams()).apply(null, told);

    assertThat(told.results)
        .filteredOn(result -> result.object().name().equals("map-1"))
        .extracting(Result::outcome)
        .containsExactly(Outcome.RIGHT);
  }

  @Test
  void whatIsGoneOrGoesIsDropped() throws Exception {
    server.apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: ending}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: map-held, namespace: ending, finalizers: [example.com/held]}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: map-going, namespace: default, finalizers: [example.com/held]}
        """);
    maps("map-gone");
    client.configMaps().inNamespace("default").withName("map-going").delete();
    var told = new Told();
    told.planning =
        plan -> {
          if (plan.object().name().equals("map-gone")) {
            client.configMaps().inNamespace("default").withName("map-gone").delete();
          }
        };

    initializer(teams()).apply(null, told);

    assertThat(told.results)
        .filteredOn(result -> result.object().name().matches("map-go.*"))
        .extracting(result -> result.object().name(), Result::outcome)
        .containsExactlyInAnyOrder(
            tuple("map-going", Outcome.DELETING), tuple("map-gone", Outcome.GONE));
    assertThat(map("map-going").getMetadata().getLabels()).isNullOrEmpty();

    client.namespaces().withName("ending").delete();
    eventually()
        .until(
            () ->
                client
                        .configMaps()
                        .inNamespace("ending")
                        .withName("map-held")
                        .get()
                        .getMetadata()
                        .getDeletionTimestamp()
                    != null);
    var after = new Told();
    initializer(teams()).apply(null, after);

    assertThat(after.results)
        .filteredOn(result -> result.object().name().equals("map-held"))
        .extracting(Result::outcome)
        .containsExactly(Outcome.DELETING);
    for (String namespace : List.of("ending", "default")) {
      client.configMaps().inNamespace(namespace).withLabel("nothing").delete();
    }
    client
        .configMaps()
        .inNamespace("default")
        .withName("map-going")
        .edit(
            map -> {
              map.getMetadata().setFinalizers(List.of());
              return map;
            });
    client
        .configMaps()
        .inNamespace("ending")
        .withName("map-held")
        .edit(
            map -> {
              map.getMetadata().setFinalizers(List.of());
              return map;
            });
  }

  @Test
  void immutableFieldGivesAnEventAndIsNotTriedAgain() throws Exception {
    server.apply(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: fixed, namespace: default}, data: {a: '1'}, immutable: true}");
    var webhook =
        webhook()
            .editing(
                "set-data",
                on(ConfigMap.class, UPDATE).names("fixed"),
                (map, context) -> map.getData().put("a", "2"))
            .build();
    var initializer = initializer(webhook);
    var told = new Told();

    initializer.apply(null, told);
    initializer.apply(null, told);

    assertThat(told.results)
        .filteredOn(result -> result.object().name().equals("fixed"))
        .extracting(Result::outcome)
        .containsExactly(Outcome.REFUSED, Outcome.REFUSED);
    assertThat(events("fixed"))
        .extracting(Event::getReason, Event::getType)
        .containsExactly(tuple("ChangeRefused", "Warning"));
    assertThat(events("fixed").get(0).getMessage())
        .startsWith("The change of set-data is not possible: PATCH ")
        .contains("immutable");
  }

  @Test
  void objectOfAnOwnerIsLeftWithAReason() throws Exception {
    server.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: map-owned
          namespace: default
          ownerReferences:
          - {apiVersion: example.com/v1, kind: Team, name: shop, uid: 1-2-3, controller: true}
        """);
    var told = new Told();

    initializer(teams()).apply(null, told);

    assertThat(told.results)
        .filteredOn(result -> result.object().name().equals("map-owned"))
        .extracting(Result::outcome, Result::why)
        .containsExactly(
            tuple(Outcome.OWNED, "Team shop maintains it: let add-team change that instead"));
  }

  @Test
  void rulesThatChangeTheirOwnResultAreFound() throws Exception {
    maps("map-1");
    var webhook =
        webhook()
            .editing(
                "count",
                on(ConfigMap.class, UPDATE).names("map-1"),
                (map, context) -> map.getData().merge("a", "1", (old, one) -> old + one))
            .build();
    var told = new Told();

    initializer(webhook).apply(null, told);

    assertThat(told.results)
        .filteredOn(result -> result.object().name().equals("map-1"))
        .extracting(Result::outcome)
        .containsExactly(Outcome.NOT_IDEMPOTENT);
    assertThat(map("map-1").getData()).isEqualTo(Map.of("a", "1"));

    var forced = new Told();
    initializer(new InitializerSettings(false, true, 0, 1, Duration.ofMinutes(1)), webhook)
        .apply(null, forced);

    assertThat(map("map-1").getData()).isEqualTo(Map.of("a", "11"));
  }

  @Test
  void failedRuleLeavesItsObjectAsItIs() throws Exception {
    maps("map-1", "map-2");
    var webhook =
        webhook()
            .editing(
                "fails",
                on(ConfigMap.class, UPDATE).names("map-1"),
                (map, context) -> {
                  throw new IllegalStateException("no luck");
                })
            .editing(
                "add-team",
                on(ConfigMap.class, UPDATE).names("map-*"),
                (map, context) -> label(map, "team", "shop"))
            .build();
    var told = new Told();

    initializer(webhook).apply(null, told);

    assertThat(told.results)
        .filteredOn(result -> result.object().name().startsWith("map-"))
        .extracting(result -> result.object().name(), Result::outcome, Result::why)
        .containsExactly(
            tuple(
                "map-1",
                Outcome.FAILED,
                "rule fails failed: java.lang.IllegalStateException: no luck"),
            tuple("map-2", Outcome.CHANGED, ""));
    assertThat(map("map-1").getMetadata().getLabels()).isNullOrEmpty();
  }

  @Test
  void dryRunStoresNothing() throws Exception {
    maps("map-1");
    var told = new Told();

    initializer(new InitializerSettings(true, false, 0, 1, Duration.ofMinutes(1)), teams())
        .apply(null, told);

    assertThat(told.results)
        .filteredOn(result -> result.object().name().equals("map-1"))
        .extracting(Result::outcome)
        .containsExactly(Outcome.CHANGED);
    assertThat(map("map-1").getMetadata().getLabels()).isNullOrEmpty();
  }

  @Test
  void passEndsWhereItsListenerWantsAndGoesOnFromThere() throws Exception {
    maps("map-1", "map-2", "map-3", "map-4", "map-5");
    var rules = teams();
    var stopped = new Told();
    stopped.most =
        1
            + (int)
                client.configMaps().inAnyNamespace().list().getItems().stream()
                    .filter(
                        map ->
                            (map.getMetadata().getNamespace() + "/" + map.getMetadata().getName())
                                    .compareTo("default/map-3")
                                < 0)
                    .count();

    assertThat(initializer(rules).apply(null, stopped)).isFalse();
    var rest = new Told();
    assertThat(initializer(rules).apply(stopped.reached, rest)).isTrue();

    assertThat(map("map-5").getMetadata().getLabels()).isEqualTo(Map.of("team", "shop"));
    assertThat(rest.plans)
        .extracting(plan -> plan.object().name())
        .doesNotContain("map-1")
        .contains("map-4", "map-5");
  }

  @Test
  void tooManyRequestsAreWaitedFor() throws Exception {
    maps("map-1");
    server.on("patch", "configmaps").next(1).answerTooManyRequests(3);

    initializer(teams()).apply(null, new Told());

    assertThat(pauses).containsExactly(Duration.ofSeconds(3));
    assertThat(map("map-1").getMetadata().getLabels()).isEqualTo(Map.of("team", "shop"));
  }

  @Test
  void failedRequestIsToldAndTheOthersGoOn() throws Exception {
    maps("map-1", "map-2");
    server.on("patch", "configmaps").next(1).answerInternalError();
    var told = new Told();

    assertThat(initializer(teams()).apply(null, told)).isTrue();

    assertThat(told.results)
        .filteredOn(result -> result.object().name().startsWith("map-"))
        .extracting(Result::outcome)
        .containsExactlyInAnyOrder(Outcome.FAILED, Outcome.CHANGED);
  }

  @Test
  void workloadsAreRolledOutOneAfterAnother() throws Exception {
    for (String name : List.of("web-1", "web-2")) {
      server.apply(
          """
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: %s, namespace: default}
          spec:
            selector: {matchLabels: {app: web}}
            template:
              metadata: {labels: {app: web}}
              spec: {containers: [{name: web, image: "web:1"}]}
          """
              .formatted(name));
    }
    var webhook =
        webhook()
            .editing(
                "team-of-pods",
                on(Deployment.class, UPDATE),
                (deployment, context) ->
                    deployment
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getLabels()
                        .put("team", "shop"))
            .build();
    var changedAtPause = new ArrayList<String>();
    duringPause =
        () -> {
          List<Deployment> changed =
              client.apps().deployments().inNamespace("default").list().getItems().stream()
                  .filter(
                      d -> d.getSpec().getTemplate().getMetadata().getLabels().containsKey("team"))
                  .toList();
          changedAtPause.add(
              String.join(" ", changed.stream().map(d -> d.getMetadata().getName()).toList()));
          changed.forEach(this::rollOut);
        };

    assertThat(initializer(webhook).apply(null, new Told())).isTrue();

    assertThat(changedAtPause).containsExactly("web-1", "web-1 web-2");
  }

  /** Each resource has a thread of its own. */
  @Test
  void workloadsOfTwoKindsAreNotRolledOutAtOnce() throws Exception {
    server.apply(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: default}
        spec:
          paused: true
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "web:1"}]}
        """);
    server.apply(
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: store, namespace: default}
        spec:
          updateStrategy: {type: OnDelete}
          serviceName: store
          selector: {matchLabels: {app: store}}
          template:
            metadata: {labels: {app: store}}
            spec: {containers: [{name: store, image: "store:1"}]}
        """);
    open.add(() -> client.apps().statefulSets().inNamespace("default").delete());
    var webhook =
        webhook()
            .editing(
                "team-of-deployment",
                on(Deployment.class, UPDATE).names("web"),
                (web, context) -> label(web.getSpec().getTemplate().getMetadata(), "team", "shop"))
            .editing(
                "team-of-stateful-set",
                on(StatefulSet.class, UPDATE).names("store"),
                (store, context) ->
                    label(store.getSpec().getTemplate().getMetadata(), "team", "shop"))
            .build();
    var counters = new InitializerProgress();
    Fault slow = server.on("patch", "*").delay(Duration.ofMinutes(1));
    open.add(initializer(webhook).keep(timer, counters));

    eventually().until(() -> slow.count() > 1 || slow.count() == 1 && isAnotherWaiting());
    assertThat(slow.count()).isEqualTo(1);

    slow.close();
    eventually().until(() -> counters.count(Outcome.CHANGED) == 2);
  }

  private static boolean isAnotherWaiting() {
    return Thread.getAllStackTraces().entrySet().stream()
        .anyMatch(
            each ->
                each.getKey().getState() == Thread.State.BLOCKED
                    && Stream.of(each.getValue())
                        .anyMatch(frame -> frame.getClassName().endsWith(".PatchApplier")));
  }

  /** What the Deployment's controller would write. */
  private void rollOut(Deployment deployment) {
    client
        .apps()
        .deployments()
        .inNamespace("default")
        .withName(deployment.getMetadata().getName())
        .editStatus(
            now -> {
              now.setStatus(
                  new io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder()
                      .withObservedGeneration(now.getMetadata().getGeneration())
                      .withReplicas(1)
                      .withUpdatedReplicas(1)
                      .withReadyReplicas(1)
                      .withAvailableReplicas(1)
                      .build());
              return now;
            });
  }

  @Test
  void customResourceGetsAJsonMergePatch() throws Exception {
    server.register(CronTab.class);
    server.apply(
        "{apiVersion: stable.example.com/v1, kind: CronTab, metadata: {name: tab, namespace: default}, spec: {runs: [1, 2]}}");
    var webhook =
        webhook()
            .editing(
                "add-run",
                on(CronTab.class, UPDATE),
                (tab, context) -> {
                  if (!tab.getSpec().runs.contains(3)) {
                    tab.getSpec().runs.add(3);
                  }
                })
            .build();
    var told = new Told();

    initializer(webhook).apply(null, told);

    ObjectPatch patch = change(told, "tab").patch();
    assertThat(patch.type()).isEqualTo("application/merge-patch+json");
    assertThat(patch.patch().toString()).isEqualTo("{\"spec\":{\"runs\":[1,2,3]}}");
    assertThat(
            client
                .resources(CronTab.class)
                .inNamespace("default")
                .withName("tab")
                .get()
                .getSpec()
                .runs)
        .containsExactly(1, 2, 3);
  }

  /** A custom resource. */
  @Group("stable.example.com")
  @Version("v1")
  public static final class CronTab extends CustomResource<CronTab.Spec, Void>
      implements Namespaced {
    private static final long serialVersionUID = 1L;

    /** What it is to be. */
    public static final class Spec {
      public List<Integer> runs = new ArrayList<>();
    }
  }

  /** 53/TCP and 53/UDP have one merge key: a strategic merge patch would lose one of them. */
  @Test
  void listThatAStrategicPatchCannotChangeIsReplaced() throws Exception {
    server.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: dns, namespace: default}
        spec:
          selector: {app: dns}
          ports:
          - {name: tcp, port: 53, protocol: TCP}
          - {name: udp, port: 53, protocol: UDP}
        """);
    var webhook =
        webhook()
            .editing(
                "name-ports",
                on(Service.class, UPDATE).names("dns"),
                (service, context) -> service.getSpec().getPorts().get(1).setName("udp-dns"))
            .build();
    var told = new Told();

    initializer(webhook).apply(null, told);

    assertThat(change(told, "dns").patch().type()).isEqualTo("application/merge-patch+json");
    assertThat(client.services().inNamespace("default").withName("dns").get().getSpec().getPorts())
        .extracting(ServicePort::getName, ServicePort::getProtocol)
        .containsExactly(tuple("tcp", "TCP"), tuple("udp-dns", "UDP"));
  }

  @Test
  void listWhoseMomentIsForgottenGoesOn() throws Exception {
    maps("map-1", "map-2", "map-3", "map-4", "map-5");
    var told = new Told();
    told.planning =
        plan -> {
          if (plan.object().name().equals("map-1")) {
            edit("map-1", map -> map.getData().put("a", "2"));
            server.compactHistory();
          }
        };

    assertThat(initializer(teams()).apply(null, told)).isTrue();

    assertThat(told.plans)
        .extracting(plan -> plan.object().name())
        .contains("map-1", "map-2", "map-3", "map-4", "map-5");
    assertThat(map("map-5").getMetadata().getLabels()).isEqualTo(Map.of("team", "shop"));
  }

  @Test
  void whatIsNotServedIsTold() throws Exception {
    var told = new Told();
    var webhook =
        webhook()
            .editing(
                "late",
                on(ObjectNode.class, UPDATE).resource("late.v1.stable.example.com"),
                (tree, context) -> {})
            .build();

    assertThat(initializer(webhook).apply(null, told)).isTrue();

    assertThat(told.unserved)
        .containsExactly(new GroupVersionResource("stable.example.com", "v1", "late"));
  }

  @Test
  void wildcardsAreFound() throws Exception {
    var webhook =
        webhook()
            .editing(
                "all", on(ObjectNode.class, UPDATE).resource("*.v1.apps"), (tree, context) -> {})
            .build();

    assertThat(initializer(webhook).resources())
        .extracting(GroupVersionResource::resource)
        .contains("deployments", "statefulsets", "daemonsets", "replicasets");
  }

  @Test
  void watchedObjectsAreKeptAsTheRulesWantThem() throws Exception {
    maps("map-1");
    var counters = new InitializerProgress();
    server.on("patch", "configmaps").next(1).answerInternalError();
    open.add(initializer(teams()).keep(timer, counters));

    eventually().until(() -> hasTeam("map-1"));
    assertThat(counters.count(Outcome.FAILED)).isEqualTo(1);
    maps("map-2");
    eventually().until(() -> hasTeam("map-2"));
    edit("map-1", map -> map.getMetadata().getLabels().put("team", "other"));
    eventually().until(() -> hasTeam("map-1"));
  }

  @Test
  void progressTellsWhatIsNotDoneYet() throws Exception {
    maps("map-1");
    var progress = new InitializerProgress();
    Fault slow = server.on("list", "configmaps").delay(Duration.ofMinutes(1));
    Fault refusing = server.on("patch", "configmaps").answerInternalError();
    Keeper keeper = initializer(teams()).keep(timer, progress);
    open.add(keeper);
    assertThat(progress.unlisted()).isEqualTo(1);

    slow.close();
    eventually().until(() -> progress.unlisted() == 0 && progress.retrying() == 1);

    refusing.close();
    eventually().until(() -> progress.count(Outcome.CHANGED) == 1 && progress.retrying() == 0);
  }

  private boolean hasTeam(String name) {
    Map<String, String> labels = map(name).getMetadata().getLabels();
    return labels != null && "shop".equals(labels.get("team"));
  }

  @Test
  void changeThatIsUndoneAgainAndAgainIsMadeNoMore() throws Exception {
    maps("map-1");
    var counters = new InitializerProgress();
    open.add(initializer(teams()).keep(timer, counters));

    for (int undone = 1; undone <= 5; undone++) {
      eventually().until(() -> hasTeam("map-1"));
      edit("map-1", map -> map.getMetadata().getLabels().remove("team"));
    }
    eventually().until(() -> counters.count(Outcome.UNDONE) > 0);
    edit("map-1", map -> map.getData().put("a", "2"));
    eventually().until(() -> counters.count(Outcome.UNDONE) > 1);

    assertThat(hasTeam("map-1")).isFalse();
    assertThat(counters.count(Outcome.CHANGED)).isEqualTo(5);
    assertThat(events("map-1"))
        .extracting(Event::getReason, Event::getMessage)
        .containsExactly(
            tuple(
                "ChangeUndone",
                "Another controller undid the change of add-team 5 times; the object is left"
                    + " alone"));
  }
}
