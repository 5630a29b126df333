package io.usher.aggregated;

import static io.usher.aggregated.WidgetServer.CONFIG_MAPS;
import static io.usher.aggregated.WidgetServer.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.policy.ConfigurationException;
import io.usher.apiserver.admission.policy.ParamKind;
import io.usher.apiserver.admission.policy.ParamSource.ParamResource;
import io.usher.apiserver.api.GroupResource;
import io.usher.client.ClusterClient;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteParamsIT {

  private static final ParamKind CONFIG_MAP = new ParamKind("", "v1", "ConfigMap");
  private static final ParamKind LIMIT = new ParamKind("example.org", "v1", "Limit");
  private static final Duration LONG = Duration.ofSeconds(60);

  private static final String DEFINITION =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: limits.example.org}
      spec:
        group: example.org
        scope: Cluster
        names: {plural: limits, singular: limit, kind: Limit, listKind: LimitList}
        versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema: {type: object, properties: {max: {type: integer}}}
      """;

  private final Set<ParamKind> named = ConcurrentHashMap.newKeySet();
  @TempDir private Path folder;
  private WidgetServer cluster;
  private ClusterClient client;
  private RemoteParams params;

  @BeforeEach
  void start() throws Exception {
    cluster = new WidgetServer(folder);
    connect(cluster.kubeconfig(), LONG);
  }

  private void connect(Path kubeconfig, Duration wait) {
    client = ClusterClient.open(kubeconfig, Duration.ofSeconds(10));
    params = new RemoteParams(client, () -> Set.copyOf(named), wait);
  }

  @AfterEach
  void stop() {
    disconnect();
    cluster.close();
  }

  private void disconnect() {
    params.close();
    client.close();
  }

  private static void eventually(ThrowingRunnable assertion) {
    Awaitility.await().atMost(LONG).ignoreExceptions().untilAsserted(assertion);
  }

  private ObjectNode configMap(String namespace, String name, String text) throws Exception {
    ObjectNode object =
        yaml(
            "{metadata: {namespace: %s, name: %s}, data: {text: %s}}"
                .formatted(namespace, name, text));
    return cluster.objects().create(CONFIG_MAPS, object);
  }

  private ParamResource configMaps() throws Exception {
    ParamResource found = params.find(CONFIG_MAP);
    assertThat(found).isNotNull();
    return found;
  }

  private int watches() {
    return cluster.kube().embedded().server().watches().open();
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> configMaps().get("default", "a"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(message);
  }

  @Test
  void objectsAreFollowedFromTheFirstUseUntilNoPolicyNamesTheKind() throws Exception {
    ObjectNode made = configMap("team", "a", "one");
    configMap("team-b", "a", "other");
    configMap("team", "b", "two");
    named.add(CONFIG_MAP);
    assertThat(watches()).isZero();

    ParamResource configMaps = configMaps();
    assertThat(configMaps.isNamespaced()).isTrue();
    assertThat(configMaps.get("team", "a"))
        .isEqualTo(made.deepCopy().put("apiVersion", "v1").put("kind", "ConfigMap"));
    assertThat(configMaps.get("team", "c")).isNull();
    assertThat(configMaps.list("team"))
        .extracting(each -> each.at("/data/text").asText())
        .containsExactly("one", "two");
    cluster.objects().update(CONFIG_MAPS, made.put("immutable", true));
    cluster.objects().delete(CONFIG_MAPS, "team", "b");
    eventually(
        () -> {
          assertThat(configMaps.get("team", "a").path("immutable").asBoolean()).isTrue();
          assertThat(configMaps.list("team")).hasSize(1);
        });
    params.sweep();
    assertThat(configMaps()).isSameAs(configMaps);
    assertThat(watches()).isEqualTo(1);

    named.clear();
    params.sweep();
    eventually(() -> assertThat(watches()).isZero());
    // For a write that is being admitted.
    assertThat(configMaps.list("team")).hasSize(1);
  }

  @Test
  void watchEndsWithTheServer() throws Exception {
    configMaps().list("default");
    assertThat(watches()).isEqualTo(1);
    params.close();
    eventually(() -> assertThat(watches()).isZero());
  }

  @Test
  void kindComesAndGoesWithItsDefinition() throws Exception {
    named.add(LIMIT);
    assertThat(params.find(LIMIT)).isNull();
    client.post(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        yaml(DEFINITION).toString().getBytes(StandardCharsets.UTF_8));
    eventually(() -> assertThat(params.find(LIMIT)).isNotNull());
    var limits = new GroupResource("example.org", "limits");
    cluster.objects().create(limits, yaml("{metadata: {name: low}, max: 3}"));
    ParamResource found = params.find(LIMIT);
    assertThat(found.isNamespaced()).isFalse();
    eventually(
        () ->
            assertThat(found.get("", "low").toString())
                .contains("\"apiVersion\":\"example.org/v1\"", "\"kind\":\"Limit\"", "\"max\":3"));

    cluster
        .objects()
        .delete(
            new GroupResource("apiextensions.k8s.io", "customresourcedefinitions"),
            "",
            "limits.example.org");
    eventually(
        () -> {
          params.sweep();
          assertThat(params.find(LIMIT)).isNull();
        });
    eventually(() -> assertThat(watches()).isZero());
  }

  @Test
  void missingRightsAreNamedAndMayBeGivenLater() throws Exception {
    configMap("default", "a", "one");
    disconnect();
    connect(cluster.kubeconfigOfAlice(), LONG);
    assertRefused(
        "paramKind kind `&ParamKind{APIVersion:v1,Kind:ConfigMap,}` not yet synced to use for"
            + " admission: this server may not list and watch configmaps");
    cluster.allowAlice("{apiGroups: [''], resources: [configmaps], verbs: [list, watch]}");
    eventually(() -> assertThat(configMaps().get("default", "a")).isNotNull());
  }

  @Test
  void clusterMayBeAwayForAMoment() throws Exception {
    configMap("default", "a", "one");
    cluster.kube().refuseConnections();
    assertRefused(
        "failed to find resource referenced by paramKind: '/v1, Kind=ConfigMap': kube-apiserver"
            + " does not say what it serves");
    cluster.kube().acceptConnections();
    eventually(() -> assertThat(configMaps().get("default", "a")).isNotNull());
    cluster.kube().refuseConnections();
    eventually(
        () -> assertThatThrownBy(() -> client.get("/livez")).isInstanceOf(ConnectException.class));
    assertThat(configMaps().get("default", "a")).isNotNull();
    cluster.kube().acceptConnections();
    configMap("default", "b", "two");
    eventually(() -> assertThat(configMaps().get("default", "b")).isNotNull());
  }

  @Test
  void clusterThatNeverAnswersHoldsNothingUp() throws Exception {
    disconnect();
    try (var silent = new ServerSocket(0)) {
      String kubeconfig =
          Files.readString(cluster.kubeconfig())
              .replace(cluster.kube().url(), "http://127.0.0.1:" + silent.getLocalPort());
      connect(Files.writeString(folder.resolve("silent"), kubeconfig), Duration.ofMillis(1));
      assertRefused(
          "failed to find resource referenced by paramKind: '/v1, Kind=ConfigMap':"
              + " kube-apiserver does not say what it serves");
      params.close();
      eventually(() -> assertThat(threads()).doesNotContain("policy-params"));
    }
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
  }
}
