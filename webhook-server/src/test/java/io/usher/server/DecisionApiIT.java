package io.usher.server;

import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.aggregated.FrontProxyFixture;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.certs.CertificateAuthority.Purpose;
import io.usher.certs.CertifiedKey;
import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.PemFile;
import io.usher.decisions.DecisionSettings;
import io.usher.http.HttpSettings;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas, which find each other in an embedded API server that stands for kube-apiserver. */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DecisionApiIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GROUP = "/apis/admission.usher.io/v1";
  private static final String DECISIONS = GROUP + "/decisions";
  private static final GroupResource SLICES =
      new GroupResource("discovery.k8s.io", "endpointslices");
  private static final String VALUE = "hunter2";

  private Path folder;
  private DevelopmentCertificates servers;
  private DevelopmentCertificates proxies;
  private HttpsApiServer kube;
  private final List<UsherServer> replicas = new ArrayList<>();
  private HttpClient proxy;
  private HttpClient reviewer;

  @BeforeAll
  void start(@TempDir Path work) throws Exception {
    folder = work;
    servers = new DevelopmentCertificates(Clock.systemUTC());
    proxies = new DevelopmentCertificates(Clock.systemUTC());
    CertifiedKey own = certificate("labeler.system.svc");
    Files.writeString(folder.resolve("ca.crt"), PemFile.text(servers.authority()));
    Files.writeString(folder.resolve("tls.crt"), PemFile.text(own.certificate()));
    Files.writeString(folder.resolve("tls.key"), PemFile.text(own.key()));
    kube =
        HttpsApiServer.start(
            new InetSocketAddress("127.0.0.1", 0), List.of(), config -> {}, System.err::println);
    Files.writeString(folder.resolve("kubeconfig"), kube.kubeconfig());
    objects()
        .create(
            new GroupResource("", "configmaps"),
            FrontProxyFixture.configMap("[\"proxy\"]", proxies));
    objects()
        .create(
            new GroupResource("", "namespaces"),
            object(
                "{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"system\"}}"));
    proxy = client(proxies.issue(Purpose.CLIENT, "proxy", List.of()));
    reviewer = client(null);
    for (String name : List.of("labeler-a", "labeler-b")) {
      replicas.add(replica(name));
    }
    for (UsherServer each : replicas) {
      eventually(() -> assertThat(each.apiPort()).isPresent());
      slice("labeler-" + (each == replicas.get(0) ? "a" : "b"), each.apiPort().orElseThrow());
    }
    awaitPeers();
  }

  @AfterAll
  void stop() {
    replicas.forEach(UsherServer::close);
    kube.close();
  }

  private CertifiedKey certificate(String service) throws Exception {
    return servers.issue(Purpose.SERVER, "labeler", List.of(service, "localhost"));
  }

  private HttpClient client(@Nullable CertifiedKey shown) throws Exception {
    return HttpClient.newBuilder()
        .sslContext(FrontProxyFixture.showing(shown, servers.authority()))
        .build();
  }

  private ObjectStore objects() {
    return kube.embedded().server().objects();
  }

  private static ObjectNode object(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (IOException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private UsherServer replica(String name) {
    return UsherServer.create(
            config ->
                config
                    .webhooks(webhook())
                    .set(HttpSettings.HOST, "127.0.0.1")
                    .set(HttpSettings.PORT, 0)
                    .set(HttpSettings.HEALTH_HOST, "127.0.0.1")
                    .set(HttpSettings.HEALTH_PORT, 0)
                    .set(CertificateSettings.CERT, folder.resolve("tls.crt"))
                    .set(CertificateSettings.KEY, folder.resolve("tls.key"))
                    .set(ViewSettings.KUBECONFIG, folder.resolve("kubeconfig"))
                    .set(ServerSettings.SELF_REVIEWS, 0)
                    .set(ServerSettings.SHUTDOWN_DELAY, Duration.ZERO)
                    .set(DecisionSettings.API, true)
                    .set(DecisionSettings.API_PORT, 0)
                    .set(DecisionSettings.API_SERVICE, "system/labeler")
                    .set(DecisionSettings.API_REPLICA, name))
        .start();
  }

  private static WebhookRegistration webhook() {
    return WebhookRegistration.named("labeler.example.com")
        .editing(
            "label",
            on(ObjectNode.class, Operation.CREATE).resource("pods"),
            (pod, context) -> pod.withObject("/metadata/labels").put("team", "red"))
        .editing(
            "rotate",
            on(ObjectNode.class, Operation.CREATE).resource("secrets"),
            (secret, context) -> secret.withObject("/stringData").put("key", VALUE))
        .validating(
            "check",
            on(ObjectNode.class, Operation.CREATE).resource("pods", "secrets"),
            (object, context) -> Decision.deny("no: " + object.at("/stringData/key").asText()))
        .validatingFailurePolicy(FailurePolicy.FAIL)
        .timeoutSeconds(30)
        .build();
  }

  private void slice(String pod, int port) {
    objects()
        .create(
            SLICES,
            object(
                """
                {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
                 "metadata": {"name": "%1$s", "namespace": "system",
                   "labels": {"kubernetes.io/service-name": "labeler"}},
                 "addressType": "IPv4",
                 "ports": [{"name": "https", "port": 1}, {"name": "api", "port": %2$d}],
                 "endpoints": [{"addresses": ["127.0.0.1"],
                   "targetRef": {"kind": "Pod", "name": "%1$s"}}]}
                """
                    .formatted(pod, port)));
  }

  private void review(UsherServer replica, String phase, String namespace, String kind, String name)
      throws Exception {
    String resource = kind.toLowerCase() + 's';
    String body =
        """
        {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u-%3$s",
        "kind":{"group":"","version":"v1","kind":"%1$s"},
        "resource":{"group":"","version":"v1","resource":"%2$s"},
        "name":"%3$s","namespace":"%4$s","operation":"CREATE","userInfo":{"username":"alice"},
        "dryRun":false,"oldObject":null,"options":null,
        "object":{"apiVersion":"v1","kind":"%1$s","metadata":{"name":"%3$s"},
        "stringData":{"key":"%5$s"}}}}"""
            .formatted(kind, resource, name, namespace, VALUE);
    var request =
        HttpRequest.newBuilder(
                URI.create(
                    "https://localhost:" + replica.port() + '/' + phase + "/labeler.example.com"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    assertThat(reviewer.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  private HttpRequest request(UsherServer replica, String path, String... headers) {
    var request =
        HttpRequest.newBuilder(
            URI.create("https://localhost:" + replica.apiPort().orElseThrow() + path));
    request.header("X-Remote-User", "root").header("X-Remote-Group", "system:masters");
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }

  private HttpResponse<String> get(UsherServer replica, String path, String... headers) {
    try {
      return proxy.send(request(replica, path, headers), BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void eventually(ThrowingRunnable assertion) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(assertion);
  }

  /** Names of the objects reviewed; a busy machine may need more than a second for all replicas. */
  private List<String> names(UsherServer replica, String path) {
    var names = new ArrayList<String>();
    eventually(
        () -> {
          HttpResponse<String> answer = get(replica, GROUP + path);
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
          assertThat(answer.headers().allValues("Warning")).isEmpty();
          names.clear();
          JSON.readTree(answer.body())
              .path("items")
              .forEach(each -> names.add(each.at("/request/name").asText()));
        });
    return names;
  }

  /** Both know each other. */
  private void awaitPeers() {
    for (UsherServer each : replicas) {
      eventually(
          () -> {
            JsonNode rules = JSON.readTree(get(each, GROUP + "/rules").body());
            assertThat(rules.at("/items/0/replicas")).hasSize(2);
          });
    }
  }

  @Test
  void anyReplicaTellsOfAll() throws Exception {
    review(replicas.get(0), "mutate", "shop", "Pod", "one");
    review(replicas.get(1), "validate", "shop", "Pod", "two");
    review(replicas.get(1), "validate", "other", "Pod", "three");

    for (UsherServer each : replicas) {
      String shop = "/namespaces/shop/decisions";
      assertThat(names(each, shop)).containsExactlyInAnyOrder("one", "two");
      assertThat(names(each, shop + "?fieldSelector=decision%3Ddeny")).containsExactly("two");
      assertThat(names(each, shop + "?fieldSelector=rule%3Dlabel")).containsExactly("one");
      assertThat(names(each, "/decisions?fieldSelector=metadata.namespace%3Dother"))
          .containsExactly("three");
      assertThat(names(each, "/decisions?limit=1")).contains("one", "two", "three");
    }
    JsonNode table =
        JSON.readTree(
            get(
                    replicas.get(0),
                    GROUP + "/namespaces/other/decisions",
                    "Accept",
                    "application/json;as=Table;v=v1;g=meta.k8s.io")
                .body());
    List<String> cells = new ArrayList<>();
    table.at("/rows/0/cells").forEach(each -> cells.add(each.asText()));
    assertThat(cells.subList(1, 6))
        .containsExactly("deny", "CREATE", "pods/three", "check", "no: " + VALUE);
  }

  /** A version that is later than what was told. */
  private static long now() {
    return TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis() + 1_000);
  }

  @Test
  void valuesOfSecretsAreInNoAnswer() throws Exception {
    HttpClient peer = client(certificate("labeler.system.svc"));
    try (var watch = watch(replicas.get(0), "secrets", "")) {
      for (UsherServer each : replicas) {
        review(each, "mutate", "secrets", "Secret", "token");
        review(each, "validate", "secrets", "Secret", "token");
      }
      assertThat(names(replicas.get(0), "/namespaces/secrets/decisions")).hasSize(4);
      eventually(() -> assertThat(watch.events).hasSize(4));
      for (UsherServer each : replicas) {
        for (String path :
            List.of(GROUP + "/namespaces/secrets/decisions", GROUP + "/rules", GROUP)) {
          assertThat(get(each, path).body()).doesNotContain(VALUE);
        }
        String told =
            peer.send(request(each, "/peer/decisions?upTo=" + now()), BodyHandlers.ofString())
                .body();
        List<String> ofSecrets =
            told.lines().filter(line -> line.contains("\"namespace\":\"secrets\"")).toList();
        assertThat(ofSecrets).hasSize(2).noneMatch(line -> line.contains(VALUE));
      }
      assertThat(watch.events).allSatisfy(each -> assertThat(each).doesNotContain(VALUE));
    }
  }

  @Test
  void watchGoesOnWhereTheListOfAnotherReplicaEnded() throws Exception {
    review(replicas.get(0), "mutate", "watched", "Pod", "listed");
    var version = new AtomicReference<String>();
    eventually(
        () -> {
          HttpResponse<String> list = get(replicas.get(0), DECISIONS);
          assertThat(list.headers().allValues("Warning")).isEmpty();
          // A review is written down once it is answered.
          assertThat(list.body()).contains("u-listed");
          version.set(JSON.readTree(list.body()).at("/metadata/resourceVersion").asText());
        });
    review(replicas.get(0), "mutate", "watched", "Pod", "between");
    try (var watch = watch(replicas.get(1), "watched", "&resourceVersion=" + version.get())) {
      eventually(() -> assertThat(watch.events).hasSize(1));
      review(replicas.get(0), "mutate", "watched", "Pod", "there");
      review(replicas.get(1), "mutate", "watched", "Pod", "here");
      eventually(() -> assertThat(watch.events).hasSize(3));
      assertThat(
              watch.events.stream().map(each -> object(each).at("/object/request/name").asText()))
          .containsExactlyInAnyOrder("between", "there", "here");
    }
  }

  @Test
  void replicaThatDoesNotAnswerIsNamed() throws Exception {
    review(replicas.get(1), "mutate", "partly", "Pod", "one");
    slice("labeler-gone", 1);
    try {
      eventually(
          () -> {
            HttpResponse<String> answer =
                get(replicas.get(0), GROUP + "/namespaces/partly/decisions");
            assertThat(answer.headers().allValues("Warning"))
                .singleElement()
                .asString()
                .contains("replica labeler-gone did not answer");
            assertThat(JSON.readTree(answer.body()).path("items")).hasSize(1);
          });
      HttpResponse<String> absent = get(replicas.get(0), GROUP + "/namespaces/partly/decisions/x");
      assertThat(absent.statusCode()).isEqualTo(503);
      assertThat(absent.body()).contains("replica labeler-gone did not answer");
    } finally {
      objects().delete(SLICES, "system", "labeler-gone");
      awaitPeers();
    }
  }

  @Test
  void rulesAreSummedUp() throws Exception {
    JsonNode before = rule("check");
    for (UsherServer each : replicas) {
      review(each, "validate", "counted", "Pod", "one");
    }
    eventually(
        () -> {
          JsonNode after = rule("check");
          for (String count : List.of("/calls", "/denials")) {
            assertThat(after.at(count).asInt() - before.at(count).asInt()).isEqualTo(2);
            for (String replica : List.of("/replicas/0", "/replicas/1")) {
              String ofReplica = replica + count;
              assertThat(after.at(ofReplica).asInt() - before.at(ofReplica).asInt()).isEqualTo(1);
            }
          }
          assertThat(after.path("phase").asText()).isEqualTo("validating");
          assertThat(after.path("circuit").asText()).isEqualTo("closed");
          assertThat(after.at("/latency/p99Micros").isNumber()).isTrue();
        });
    assertThat(get(replicas.get(1), GROUP + "/rules?fieldSelector=phase%3Dmutating").body())
        .contains(":label", ":rotate")
        .doesNotContain(":check");
  }

  /** As all replicas tell of it. */
  private JsonNode rule(String rule) {
    String name = URLEncoder.encode("labeler.example.com:" + rule, StandardCharsets.UTF_8);
    var found = new AtomicReference<JsonNode>();
    eventually(
        () -> {
          HttpResponse<String> answer = get(replicas.get(0), GROUP + "/rules/" + name);
          assertThat(answer.headers().allValues("Warning")).isEmpty();
          found.set(JSON.readTree(answer.body()));
          assertThat(found.get().path("replicas")).hasSize(2);
        });
    return found.get();
  }

  @Test
  void onlyReplicasAskReplicas() throws Exception {
    String path = "/peer/decisions?upTo=1";
    UsherServer asked = replicas.get(0);
    assertThat(get(asked, path).statusCode()).as("the aggregator's root").isEqualTo(403);
    HttpClient stranger =
        client(
            new DevelopmentCertificates(Clock.systemUTC())
                .issue(Purpose.SERVER, "labeler", List.of("labeler.system.svc", "localhost")));
    HttpClient other = client(certificate("another.system.svc"));
    HttpClient peer = client(certificate("labeler.system.svc"));
    HttpRequest plain =
        HttpRequest.newBuilder(
                URI.create("https://localhost:" + asked.apiPort().orElseThrow() + path))
            .build();
    assertThat(reviewer.send(plain, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
    assertThat(stranger.send(plain, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
    assertThat(other.send(plain, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
    assertThat(peer.send(plain, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    // The clock of a replica can't be taken to where nobody follows.
    HttpRequest ahead = request(asked, "/peer/mark?after=" + Long.MAX_VALUE);
    assertThat(peer.send(ahead, BodyHandlers.ofString()).statusCode()).isEqualTo(400);
  }

  @Test
  void nothingCanBeWritten() throws Exception {
    HttpRequest delete =
        HttpRequest.newBuilder(request(replicas.get(0), DECISIONS), (name, value) -> true)
            .DELETE()
            .build();
    assertThat(proxy.send(delete, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
  }

  /** The events of a watch, as they come. */
  private Watch watch(UsherServer replica, String namespace, String query) {
    var events = new ConcurrentLinkedQueue<String>();
    CompletableFuture<HttpResponse<Void>> answer =
        proxy.sendAsync(
            request(replica, GROUP + "/namespaces/" + namespace + "/decisions?watch=1" + query),
            BodyHandlers.fromLineSubscriber(new Lines(events)));
    return new Watch(events, answer);
  }

  private record Watch(Queue<String> events, CompletableFuture<HttpResponse<Void>> answer)
      implements AutoCloseable {
    @Override
    public void close() {
      answer.cancel(true);
    }
  }

  private record Lines(Queue<String> events) implements Flow.Subscriber<String> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
      events.add(Objects.requireNonNull(line));
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
  }
}
