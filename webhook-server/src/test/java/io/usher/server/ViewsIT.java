package io.usher.server;

import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.usher.admission.Operation;
import io.usher.cluster.OnStale;
import io.usher.http.HttpSettings;
import io.usher.listwatch.WatchedCluster;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewObserver;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Reconciling;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;
import io.usher.webhook.LiveReadTarget;
import io.usher.webhook.ReadTarget;
import io.usher.webhook.WebhookRegistration;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server whose rules read the cluster. */
@Timeout(240)
class ViewsIT {

  private static final String REVIEW =
      """
      {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u",
      "kind":{"group":"","version":"v1","kind":"Pod"},
      "resource":{"group":"","version":"v1","resource":"pods"},
      "name":"web","namespace":"default","operation":"CREATE","userInfo":{"username":"alice"},
      "dryRun":false,"oldObject":null,"options":null,
      "object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"}}}}""";

  private final AtomicReference<FinishedReview> last = new AtomicReference<>();
  @TempDir private Path directory;
  private WatchedCluster cluster;
  private UsherServer server;

  @BeforeEach
  void cluster() throws Exception {
    cluster = new WatchedCluster();
    cluster.create("default", "rules", "one");
    Files.writeString(directory.resolve("kubeconfig"), cluster.kubeconfig());
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.close();
    }
    cluster.close();
  }

  private static WebhookRegistration reading(OnStale onStale) {
    return WebhookRegistration.named("reads.example.com")
        .reads(ReadTarget.of(ConfigMap.class).onStale(onStale))
        .validating(
            "value",
            on(Pod.class, Operation.CREATE),
            context ->
                Decision.deny(
                    context
                        .cluster()
                        .lister(ConfigMap.class)
                        .get("default", "rules")
                        .map(map -> map.getData().get("value"))
                        .orElse("none")))
        .validatingFailurePolicy(FailurePolicy.FAIL)
        .timeoutSeconds(30)
        .build();
  }

  private void start(OnStale onStale, Duration maxStaleness) {
    start(maxStaleness, reading(onStale));
  }

  private void start(Duration maxStaleness, WebhookRegistration... webhooks) {
    server =
        UsherServer.create(
                config ->
                    config
                        .webhooks(webhooks)
                        .observe(
                            new ReviewObserver.Some() {
                              @Override
                              public void reviewFinished(FinishedReview review) {
                                last.set(review);
                              }
                            })
                        .set(HttpSettings.HOST, "127.0.0.1")
                        .set(HttpSettings.PORT, 0)
                        .set(HttpSettings.HEALTH_HOST, "127.0.0.1")
                        .set(HttpSettings.HEALTH_PORT, 0)
                        .set(ServerSettings.SHUTDOWN_DELAY, Duration.ZERO)
                        .set(CertificateSettings.DEV_CERTS, directory.resolve("tls"))
                        .set(ViewSettings.KUBECONFIG, directory.resolve("kubeconfig"))
                        .set(ViewSettings.MAX_STALENESS, maxStaleness))
            .start();
  }

  private HttpResponse<String> review() throws Exception {
    var request =
        HttpRequest.newBuilder(
                URI.create("https://localhost:" + server.port() + "/validate/reads.example.com"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(REVIEW))
            .build();
    return TrustingClient.of(directory.resolve("tls/ca.crt"))
        .build()
        .send(request, HttpResponse.BodyHandlers.ofString());
  }

  private String message() throws Exception {
    HttpResponse<String> answer = review();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body()).at("/response/status/message").asText();
  }

  private HttpResponse<String> health(String path) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + server.healthPort() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private void awaitReady() {
    eventually().until(() -> health("/readyz").statusCode() == 200);
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(20));
  }

  /** A rule, and a handler that the server has no use for. */
  @Webhook(name = "reads.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
  static final class BothHalves {
    @Validating(operations = Operation.CREATE)
    Decision deny(Pod pod) {
      return Decision.deny("by the rule");
    }

    @Reconciling(ConfigMap.class)
    void handle(ConfigMap map) {}
  }

  @Webhook(name = "handlers.example.com")
  static final class HandlersAlone {
    @Reconciling(ConfigMap.class)
    void handle(ConfigMap map) {}
  }

  @Test
  void aServerServesTheRulesOfAClassAndReadsNothingForItsHandlers() throws Exception {
    start(
        Duration.ofMinutes(10),
        WebhookRegistration.fromClasses(List.of(BothHalves.class, HandlersAlone.class))
            .toArray(WebhookRegistration[]::new));
    awaitReady();

    assertThat(message()).isEqualTo("by the rule");
    assertThat(cluster.requests("list configmaps")).isZero();
    assertThat(health("/metrics").body()).doesNotContain("usher_view_age_seconds");
  }

  @Test
  void aRuleSeesTheClusterAndTheReviewTellsTheAge() throws Exception {
    start(OnStale.FAIL, Duration.ofMinutes(10));
    awaitReady();
    assertThat(message()).isEqualTo("one");
    // It is told of once it is answered.
    eventually().until(() -> last.get() != null);
    assertThat(last.get().viewAge()).isBetween(Duration.ZERO, Duration.ofMinutes(10));

    cluster.update("default", "rules", "two");
    eventually().until(() -> message().equals("two"));
    assertThat(health("/metrics").body())
        .contains("usher_view_objects{resource=\"configmaps\"}")
        .contains("usher_view_age_seconds{resource=\"configmaps\"}")
        .contains("usher_view_lists_total 1.0");
  }

  @Test
  void itIsNotReadyBeforeItHasSeenWhatItsRulesRead() throws Exception {
    cluster.forbid(true);
    start(OnStale.FAIL, Duration.ofMinutes(10));

    eventually().until(() -> health("/readyz").body().contains("403"));
    assertThat(health("/readyz").statusCode()).isEqualTo(503);
    assertThat(health("/readyz").body()).contains("views: not read yet: configmaps: GET");
    assertThat(review().statusCode()).isEqualTo(500);

    cluster.forbid(false);
    awaitReady();
    assertThat(message()).isEqualTo("one");
  }

  @Test
  void aReviewThatNeedsAnOldViewFailsAndOthersGoOn() throws Exception {
    start(OnStale.FAIL, Duration.ofSeconds(2));
    awaitReady();
    cluster.cut(true);

    eventually().until(() -> review().statusCode() == 500);
    assertThat(health("/readyz").statusCode()).isEqualTo(200);

    cluster.cut(false);
    eventually().until(() -> review().statusCode() == 200);
  }

  @Test
  void aRuleMayUseAnOldView() throws Exception {
    start(OnStale.USE, Duration.ofMillis(1));
    awaitReady();
    cluster.cut(true);

    eventually()
        .until(
            () ->
                message().equals("one")
                    && last.get() != null
                    && last.get().viewAge().toMillis() > 1_000);
  }

  @Test
  void aRuleThatReadsLiveAsksForEachReviewAndNobodyElseDoes() throws Exception {
    start(
        Duration.ofMinutes(10),
        WebhookRegistration.named("reads.example.com")
            .readsLive(LiveReadTarget.of(ConfigMap.class))
            .validating(
                "value",
                on(Pod.class, Operation.CREATE),
                context ->
                    Decision.deny(
                        context
                            .cluster()
                            .live()
                            .get(ConfigMap.class, "default", "rules")
                            .map(map -> map.getData().get("value"))
                            .orElse("none")))
            .validatingFailurePolicy(FailurePolicy.FAIL)
            .timeoutSeconds(30)
            .build());

    assertThat(message()).isEqualTo("one");
    cluster.update("default", "rules", "two");
    assertThat(message()).isEqualTo("two");
    assertThat(health("/metrics").body())
        .contains("usher_live_misses_total 2.0", "usher_live_hits_total 0.0")
        .contains("usher_live_errors_total 0.0", "usher_live_duration_seconds_count 2");

    cluster.forbid(true);
    assertThat(review().statusCode()).isEqualTo(500);
    assertThat(health("/metrics").body()).contains("usher_live_errors_total 1.0");
  }

  @Test
  void newRulesAreServedWhenTheirViewsAreFilled() throws Exception {
    start(OnStale.FAIL, Duration.ofMinutes(10));
    awaitReady();

    server.reload();

    assertThat(message()).isEqualTo("one");
    assertThat(health("/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  void serverThatClosesWaitsForNoViewsOfNewRules() throws Exception {
    start(OnStale.FAIL, Duration.ofMinutes(10));
    awaitReady();
    cluster.forbid(true);
    CompletableFuture<Void> reload = CompletableFuture.runAsync(server::reload);
    eventually().until(() -> !health("/metrics").body().contains("usher_view_failures_total 0.0"));

    server.close();

    assertThat(reload)
        .failsWithin(Duration.ofMinutes(1))
        .withThrowableThat()
        .withMessageContaining("the server is closed");
  }
}
