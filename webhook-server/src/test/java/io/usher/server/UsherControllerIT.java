package io.usher.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.usher.admission.Operation;
import io.usher.config.ConfigurationException;
import io.usher.http.HttpSettings;
import io.usher.leader.LeaderTask;
import io.usher.listwatch.WatchedCluster;
import io.usher.rule.Outcome;
import io.usher.webhook.HandlerTarget;
import io.usher.webhook.RuleTarget;
import io.usher.webhook.WebhookRegistration;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Controllers against an API server that may be away. */
@Timeout(240)
class UsherControllerIT {

  private static final LeaderTask UNTIL_TOLD = leadership -> new CountDownLatch(1).await();

  private final List<UsherController> open = new ArrayList<>();
  @TempDir private Path directory;
  private WatchedCluster cluster;

  @BeforeEach
  void cluster() throws Exception {
    cluster = new WatchedCluster();
    Files.writeString(directory.resolve("kubeconfig"), cluster.kubeconfig());
  }

  @AfterEach
  void stop() throws Exception {
    open.forEach(UsherController::close);
    cluster.close();
  }

  private static WebhookRegistration webhook() {
    return WebhookRegistration.named("rules.example.com")
        .editing("rule", RuleTarget.on(Pod.class, Operation.CREATE), (pod, context) -> {})
        .build();
  }

  private UsherController start(LeaderTask... tasks) {
    return start(webhook(), tasks);
  }

  private UsherController start(WebhookRegistration webhook, LeaderTask... tasks) {
    var controller =
        UsherController.create(
            config -> {
              config
                  .webhooks(webhook)
                  .set(HttpSettings.HEALTH_HOST, "127.0.0.1")
                  .set(HttpSettings.HEALTH_PORT, 0)
                  .set(ViewSettings.KUBECONFIG, directory.resolve("kubeconfig"))
                  .set(ControllerSettings.LEASE_NAMESPACE, "default")
                  .set(ControllerSettings.LEASE_DURATION, Duration.ofHours(1))
                  .set(ControllerSettings.RENEW_DEADLINE, Duration.ofMinutes(40))
                  .set(ControllerSettings.RETRY_PERIOD, Duration.ofMillis(50));
              for (LeaderTask task : tasks) {
                config.task(task);
              }
            });
    open.add(controller);
    return controller.start();
  }

  private static HttpResponse<String> get(UsherController controller, String path)
      throws Exception {
    var uri = URI.create("http://127.0.0.1:" + controller.healthPort() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static ConditionFactory eventually() {
    return await()
        .dontCatchUncaughtExceptions()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(20));
  }

  @Test
  void isReadyWhetherItLeadsOrNot() throws Exception {
    UsherController first = start(UNTIL_TOLD);
    eventually().until(first::leading);
    UsherController second = start(UNTIL_TOLD);

    eventually().until(() -> get(first, "/readyz").statusCode() == 200);
    eventually().until(() -> get(second, "/readyz").statusCode() == 200);
    assertThat(get(first, "/metrics").body())
        .contains("usher_leader 1.0", "usher_leader_terms_total 1.0");
    assertThat(get(second, "/metrics").body())
        .contains("usher_leader 0.0", "usher_leader_terms_total 0.0");

    first.close();

    eventually().until(second::leading);
  }

  @Test
  void tellsWhatItsHandlersSeeWhileItLeads() throws Exception {
    WebhookRegistration handled =
        WebhookRegistration.named("handled.example.com")
            .handling(
                "look",
                HandlerTarget.reconciling(ConfigMap.class),
                (map, context) -> Outcome.done())
            .build();
    cluster.create("default", "map", "1");
    UsherController first = start(handled);
    eventually()
        .until(
            () ->
                get(first, "/metrics")
                    .body()
                    .contains("usher_view_synced{resource=\"configmaps\"} 1.0"));
    eventually()
        .until(
            () ->
                Pattern.compile("usher_handler_duration_seconds_count\\{.*\"look\".*} [1-9]")
                    .matcher(get(first, "/metrics").body())
                    .find());
    assertThat(get(first, "/metrics").body())
        .contains("usher_view_lists_total 1.0")
        .contains("usher_handler_lag_seconds{handler=\"look\"")
        .doesNotContain("usher_initializer");

    UsherController second = start(handled);

    assertThat(get(second, "/metrics").body())
        .contains("usher_view_synced{resource=\"configmaps\"} NaN")
        .contains("usher_view_age_seconds{resource=\"configmaps\"} NaN");
  }

  @Test
  void isNotReadyWhileItCannotSeeTheLease() throws Exception {
    cluster.forbid(true);
    UsherController controller = start(UNTIL_TOLD);

    eventually().until(() -> get(controller, "/readyz").body().contains("taken away"));
    assertThat(get(controller, "/readyz").statusCode()).isEqualTo(503);
    assertThat(get(controller, "/readyz").body()).startsWith("election: read LeaseLock: default");
    assertThat(get(controller, "/livez").statusCode()).isEqualTo(200);

    cluster.forbid(false);
    eventually().until(() -> get(controller, "/readyz").statusCode() == 200);
  }

  @Test
  void controllerWithNothingToDoDoesNotStart() {
    assertThatThrownBy(() -> start())
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "rules: [rules.example.com] have no handlers, so the controller has nothing to do; add"
                + " --initialize, or a rule class with a method that is @OnAdded, @OnUpdated,"
                + " @OnDeleted or @Reconciling");
  }

  @Test
  void badKubeconfigIsNamed() throws Exception {
    Files.writeString(directory.resolve("kubeconfig"), "clusters: nothing");

    assertThatThrownBy(() -> start(UNTIL_TOLD))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("kubeconfig: read the kubeconfig: ");
  }

  @Test
  void timesThatDoNotFitAreNamed() {
    assertThatThrownBy(
            () ->
                UsherController.create(
                    config ->
                        config
                            .webhooks(webhook())
                            .task(UNTIL_TOLD)
                            .set(ControllerSettings.LEASE_DURATION, Duration.ofSeconds(5))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("renew-deadline: it must be less than lease-duration");
  }
}
