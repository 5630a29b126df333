package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.usher.admission.GroupVersionResource;
import io.usher.cluster.LiveRead;
import io.usher.cluster.LiveReadException;
import io.usher.cluster.OnStale;
import io.usher.cluster.Read;
import io.usher.engine.Deadline;
import io.usher.engine.LiveQuestion;
import io.usher.engine.Ticker;
import io.usher.listwatch.ListWatch;
import io.usher.listwatch.ListWatchSettings;
import io.usher.listwatch.ResourceViews;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What rules read, of a kube-apiserver that stands still, forgets, refuses, is late and slow. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ClusterReadsIT {

  private static final GroupVersionResource CONFIG_MAPS =
      new GroupVersionResource("", "v1", "configmaps");

  private static final Read READ =
      new Read(ConfigMap.class, "", CONFIG_MAPS, List.of(), List.of(), OnStale.USE);

  private static final Read TABS =
      new Read(
          GenericKubernetesResource.class,
          "tabs.v1.example.com",
          new GroupVersionResource("example.com", "v1", "tabs"),
          List.of(),
          List.of(),
          OnStale.USE);

  private static final String NAMESPACE = "read";
  private static final String MAPS = "/api/v1/namespaces/" + NAMESPACE + "/configmaps";
  private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";

  /** Watches end every second or two, so that what is taken away is noticed. */
  private static final ListWatchSettings QUICK =
      new ListWatchSettings(
          500,
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofMillis(50),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          64,
          1 << 20);

  @TempDir private static Path work;
  private static PlainApiServer server;

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private volatile boolean stumbling = true;
  private ListWatch listWatch;
  private ResourceViews views;

  @BeforeAll
  static void startServer() throws IOException {
    server =
        new PlainApiServer(
            TwoServers.assets(),
            Files.createDirectory(work.resolve("real")),
            "--authorization-mode=RBAC");
    server
        .api()
        .create(
            "/api/v1/namespaces",
            Documents.yaml("{apiVersion: v1, kind: Namespace, metadata: {name: read}}"))
        .accepted();
    server
        .api()
        .create(
            RBAC + "clusterroles",
            Documents.yaml(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: reads}
                rules:
                - {apiGroups: [""], resources: [configmaps], verbs: [get, list, watch]}
                - {apiGroups: [example.com], resources: [tabs], verbs: [get, list, watch]}
                - {apiGroups: [""], resources: [nodes/proxy], verbs: [get]}
                """))
        .accepted();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void connect() throws IOException {
    grant();
    Path kubeconfig =
        Files.writeString(work.resolve("kubeconfig"), server.kubeconfig(PlainApiServer.GUEST));
    listWatch = ListWatch.open(kubeconfig, QUICK, executor, timer, Ticker.SYSTEM);
  }

  @AfterEach
  void disconnect() {
    if (views != null) {
      views.close();
    }
    listWatch.close();
    executor.shutdownNow();
    timer.shutdownNow();
    server.api().delete(RBAC + "clusterrolebindings/reads");
  }

  private static void grant() {
    server
        .api()
        .create(
            RBAC + "clusterrolebindings",
            Documents.yaml(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: reads}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reads}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: guest}]
                """))
        .accepted();
  }

  private static void revoke() {
    server.api().delete(RBAC + "clusterrolebindings/reads").accepted();
  }

  private void follow(Read read) {
    views = listWatch.follow(List.of(read), Duration.ofDays(1));
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(50));
  }

  private static ObjectNode map(String name, String value) {
    ObjectNode map = Documents.yaml("{apiVersion: v1, kind: ConfigMap, metadata: {}}");
    map.withObject("/metadata").put("name", name);
    map.withObject("/data").put("value", value);
    return map;
  }

  /** Creates it, or gives it this value. */
  private static void put(String name, String value) {
    Answer created = server.api().create(MAPS, map(name, value));
    if (created.status() == 409) {
      server.api().update(MAPS + "/" + name, map(name, value)).accepted();
    } else {
      created.accepted();
    }
  }

  private static Map<String, String> served() {
    var versions = new TreeMap<String, String>();
    for (JsonNode map : server.api().get("/api/v1/configmaps").accepted().at("/items")) {
      versions.put(
          map.at("/metadata/namespace").asText() + "/" + map.at("/metadata/name").asText(),
          map.at("/metadata/resourceVersion").asText());
    }
    return versions;
  }

  private Map<String, String> viewed() {
    var versions = new TreeMap<String, String>();
    for (Object each : views.now(READ).list()) {
      var metadata = ((ConfigMap) each).getMetadata();
      versions.put(
          metadata.getNamespace() + "/" + metadata.getName(), metadata.getResourceVersion());
    }
    return versions;
  }

  private void awaitEqual() {
    eventually().until(() -> views.unsynced().isEmpty());
    eventually().untilAsserted(() -> assertThat(viewed()).isEqualTo(served()));
  }

  @Test
  void aServerThatStandsStillIsLeftAndFollowedAgain() throws Exception {
    put("still", "1");
    follow(READ);
    awaitEqual();
    long failures = listWatch.counters().failures();
    Map<String, String> before = viewed();

    server.freeze();
    try {
      eventually().until(() -> listWatch.counters().failures() > failures);
      assertThat(viewed()).isEqualTo(before);
      assertThat(views.now(READ).age()).isPositive();
    } finally {
      server.thaw();
    }
    put("still", "2");

    awaitEqual();
  }

  @Test
  void whatIsTakenAwayAndForgottenIsListedAgainWhenItIsGivenBack() throws IOException {
    put("kept", "1");
    put("dropped", "1");
    follow(READ);
    awaitEqual();
    Map<String, String> before = viewed();
    long lists = listWatch.counters().lists();

    revoke();
    // What a watch tells that was allowed before counts: it ends, and the next one is refused.
    eventually().until(() -> listWatch.counters().failures() > 3);
    assertThat(viewed()).isEqualTo(before);
    server.api().delete(MAPS + "/dropped").accepted();
    put("kept", "2");
    server.restartCompacted();
    assertThat(viewed()).isEqualTo(before);
    grant();

    awaitEqual();
    assertThat(viewed()).doesNotContainKey(NAMESPACE + "/dropped");
    assertThat(listWatch.counters().lists()).isEqualTo(lists + 1);
  }

  @Test
  void aKindThatComesLateIsFoundAndOneThatGoesIsGone() {
    follow(TABS);
    eventually().until(() -> views.unsynced().isEmpty());
    assertThat(views.now(TABS).list()).isEmpty();

    server
        .api()
        .create(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            Documents.yaml(
                """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: tabs.example.com}
                spec:
                  group: example.com
                  scope: Cluster
                  names: {plural: tabs, kind: Tab}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object}}
                """))
        .accepted();
    eventually()
        .untilAsserted(
            () ->
                server
                    .api()
                    .create(
                        "/apis/example.com/v1/tabs",
                        Documents.yaml(
                            "{apiVersion: example.com/v1, kind: Tab, metadata: {name: late}}"))
                    .accepted());
    eventually().until(() -> views.now(TABS).get("late").isPresent());

    server
        .api()
        .delete("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/tabs.example.com")
        .accepted();
    eventually().until(() -> views.now(TABS).list().isEmpty());
  }

  @Test
  void aSlowServerIsWaitedFor() throws Exception {
    var created = new ArrayList<CompletableFuture<Answer>>();
    for (int i = 0; i < 700; i++) {
      created.add(server.api().createLater(MAPS, map("slow-" + i, "x".repeat(2_000))));
    }
    created.forEach(each -> each.join().accepted());
    Map<String, String> served = served();

    Future<?> slow = executor.submit(this::stumble);
    follow(READ);
    eventually().until(() -> views.unsynced().isEmpty());
    assertThat(viewed()).isEqualTo(served);
    stumbling = false;
    slow.get();
    assertThat(listWatch.counters().lists()).isOne();
    assertThat(listWatch.counters().failures()).isZero();
  }

  /** The server runs for a tenth of the time. */
  private Void stumble() throws Exception {
    while (stumbling) {
      server.freeze();
      TimeUnit.MILLISECONDS.sleep(90);
      server.thaw();
      TimeUnit.MILLISECONDS.sleep(10);
    }
    return null;
  }

  private static LiveRead live(GroupVersionResource resource, String subresource) {
    return new LiveRead(
        GenericKubernetesResource.class, "", resource, subresource, true, Duration.ZERO);
  }

  private String ask(LiveQuestion question) {
    follow(READ);
    byte[] answer = views.answer(question, Deadline.after(Duration.ofMinutes(1)));
    return answer == null ? "none" : new String(answer, StandardCharsets.UTF_8);
  }

  @Test
  void liveReadsAskTheServerItself() {
    put("live", "1");
    LiveRead maps = live(CONFIG_MAPS, "");

    assertThat(ask(new LiveQuestion.OneObject(maps, NAMESPACE, "live")))
        .contains("\"value\":\"1\"");
    put("live", "2");
    assertThat(ask(new LiveQuestion.OneObject(maps, NAMESPACE, "live")))
        .contains("\"value\":\"2\"");
    assertThat(ask(new LiveQuestion.OneObject(maps, NAMESPACE, "none"))).isEqualTo("none");
    assertThat(ask(new LiveQuestion.Objects(maps, NAMESPACE, "app=none"))).contains("\"items\":[]");

    LiveRead secrets = live(new GroupVersionResource("", "v1", "secrets"), "");
    assertThatThrownBy(() -> ask(new LiveQuestion.OneObject(secrets, NAMESPACE, "key")))
        .asInstanceOf(type(LiveReadException.class))
        .returns(403, LiveReadException::code);
  }

  @Test
  void aKubeletIsReadThroughTheProxy() throws Exception {
    try (var kubelet = new FakeKubelet(work.resolve("kubelet"))) {
      ObjectNode node = Documents.yaml("{apiVersion: v1, kind: Node, metadata: {name: node-1}}");
      server.api().create("/api/v1/nodes", node).accepted();
      ObjectNode status = server.api().get("/api/v1/nodes/node-1").accepted().body();
      status
          .withObject("/status")
          .withArray("addresses")
          .addObject()
          .put("type", "InternalIP")
          .put("address", kubelet.host());
      status.withObject("/status/daemonEndpoints/kubeletEndpoint").put("Port", kubelet.port());
      server.api().update("/api/v1/nodes/node-1/status", status).accepted();
      LiveRead proxy = live(new GroupVersionResource("", "v1", "nodes"), LiveRead.PROXY);

      assertThat(ask(new LiveQuestion.Proxied(proxy, "", "node-1", "healthz?full=true")))
          .isEqualTo("GET /healthz?full=true");
      assertThatThrownBy(() -> ask(new LiveQuestion.Proxied(proxy, "", "node-1", "elsewhere")))
          .asInstanceOf(type(LiveReadException.class))
          .returns(302, LiveReadException::code);
      revoke();
      eventually()
          .untilAsserted(
              () ->
                  assertThatThrownBy(
                          () -> ask(new LiveQuestion.Proxied(proxy, "", "node-1", "healthz")))
                      .asInstanceOf(type(LiveReadException.class))
                      .returns(403, LiveReadException::code));
      grant();
    }
  }
}
