package io.usher.manifest;

import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.usher.admission.Operation;
import io.usher.authentication.Authentication;
import io.usher.authorization.Authorization;
import io.usher.config.PathScoped;
import io.usher.http.CallerSettings;
import io.usher.http.HttpSettings;
import io.usher.rule.Door;
import io.usher.rule.Reconciling;
import io.usher.rule.Webhook;
import io.usher.server.CertificateSettings;
import io.usher.server.ControllerSettings;
import io.usher.server.ServerSettings;
import io.usher.server.UsherController;
import io.usher.server.UsherServer;
import io.usher.server.ViewSettings;
import io.usher.webhook.ConversionTarget;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An alert on a metric that the server doesn't have never fires, and nobody sees that. */
class MonitoringMetricsTest {

  private static final Pattern METRIC = Pattern.compile("\\busher_[a-z_]+");

  /** Of an API server that is not there. */
  private static final String KUBECONFIG =
      """
      apiVersion: v1
      kind: Config
      current-context: none
      clusters: [{name: none, cluster: {server: "http://127.0.0.1:1"}}]
      users: [{name: none, user: {token: none}}]
      contexts: [{name: none, context: {cluster: none, user: none}}]
      """;

  private static final Installation INSTALLATION =
      new Installation("gate", "gate-system", "localhost/gate:1", null, List.of(), true);

  @TempDir private Path directory;

  @Webhook(name = "handled.example.com")
  static final class Handled {
    @Reconciling(ConfigMap.class)
    void check(ConfigMap map) {}
  }

  @Test
  void alertsAndDashboardLookAtMetricsThatTheServerHasFromItsStartOn() throws Exception {
    var webhook =
        WebhookRegistration.named("labeler.example.com")
            .editing(
                "label",
                on(ObjectNode.class, Operation.CREATE).resource("pods"),
                (pod, context) -> {})
            .reads(ReadTarget.of(ConfigMap.class))
            .authenticating("know", 0, (question, context) -> Authentication.notMine())
            .authorizing("allow", 0, (question, context) -> Authorization.noOpinion())
            .converting(
                "up",
                ConversionTarget.ofTrees("Tab.example.com", "v1alpha1", "v1"),
                (tab, c) -> tab)
            .converting(
                "down",
                ConversionTarget.ofTrees("Tab.example.com", "v1", "v1alpha1"),
                (tab, c) -> tab)
            .build();
    Set<String> asked = metrics(ServerMonitoring.of(INSTALLATION, List.of(webhook)));
    assertThat(asked)
        .hasSizeGreaterThan(10)
        .contains("usher_access_duration_seconds_bucket", "usher_conversions_total");
    assertThat(metrics(scrape(webhook))).containsAll(asked);
  }

  @Test
  void alertsAndDashboardOfAControllerLookAtMetricsThatItHasFromItsStartOn() throws Exception {
    Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), KUBECONFIG);
    WebhookRegistration[] webhooks =
        WebhookRegistration.fromInstances(List.of(new Handled()))
            .toArray(WebhookRegistration[]::new);
    Set<String> asked = metrics(ControllerMonitoring.of(INSTALLATION));
    assertThat(asked)
        .hasSizeGreaterThan(10)
        .containsAll(metrics(ControllerMonitoring.of(handlersAlone())));
    try (var controller =
        UsherController.create(
                config ->
                    config
                        .webhooks(webhooks)
                        .configurations(rules -> List.of())
                        .set(ControllerSettings.INITIALIZE, true)
                        .set(ViewSettings.KUBECONFIG, kubeconfig)
                        .set(HttpSettings.HEALTH_HOST, "127.0.0.1")
                        .set(HttpSettings.HEALTH_PORT, 0))
            .start()) {
      assertThat(metrics(scrape(controller.healthPort()))).containsAll(asked);
    }
  }

  private static Installation handlersAlone() {
    return new Installation("gate", "gate-system", "localhost/gate:1");
  }

  @Test
  void nothingLooksAtAnInitializerWhereThereIsNone() {
    assertThat(metrics(ControllerMonitoring.of(handlersAlone())))
        .contains("usher_handler_lag_seconds")
        .noneMatch(metric -> metric.startsWith("usher_initializer"));
  }

  private String scrape(WebhookRegistration webhook) throws Exception {
    Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), KUBECONFIG);
    try (var server =
        UsherServer.create(
                config ->
                    config
                        .webhooks(webhook)
                        .set(HttpSettings.HOST, "127.0.0.1")
                        .set(HttpSettings.PORT, 0)
                        .set(HttpSettings.HEALTH_HOST, "127.0.0.1")
                        .set(HttpSettings.HEALTH_PORT, 0)
                        .set(CertificateSettings.DEV_CERTS, directory)
                        .set(
                            CallerSettings.AUTHENTICATE,
                            Stream.of(Door.values())
                                .map(door -> new PathScoped<>(webhook.path(door), "anyone"))
                                .toList())
                        .set(ViewSettings.KUBECONFIG, kubeconfig)
                        .set(ServerSettings.SELF_REVIEWS, 0)
                        .set(ServerSettings.SHUTDOWN_DELAY, Duration.ZERO))
            .start()) {
      return scrape(server.healthPort());
    }
  }

  private static String scrape(int port) throws Exception {
    var metrics = URI.create("http://127.0.0.1:" + port + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static Set<String> metrics(List<ObjectNode> objects) {
    return metrics(objects.stream().map(ObjectNode::toString).collect(Collectors.joining()));
  }

  private static Set<String> metrics(String text) {
    return METRIC
        .matcher(text)
        .results()
        .map(found -> found.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
