package io.usher.cli;

import static io.usher.admission.Operation.UPDATE;
import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.usher.config.ConfigurationException;
import io.usher.http.HttpSettings;
import io.usher.server.ControllerSettings;
import io.usher.server.UsherController;
import io.usher.server.ViewSettings;
import io.usher.testkit.apiserver.ApiServer;
import io.usher.testkit.apiserver.Fault;
import io.usher.webhook.ReadTarget;
import io.usher.webhook.WebhookBuilder;
import io.usher.webhook.WebhookRegistration;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The Initializer in {@code usher controller --initialize}. */
@Timeout(180)
class ControllerInitializeIT {

  private static final int MAPS = 40;

  @TempDir private Path folder;
  private ApiServer server;

  @BeforeEach
  void start() throws Exception {
    server = ApiServer.start(options -> {});
    Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig());
  }

  @AfterEach
  void end() {
    server.close();
  }

  private static WebhookBuilder webhook() {
    return WebhookRegistration.named("initializer.example.com")
        .editing(
            "add-team",
            on(ConfigMap.class, UPDATE).names("map-*"),
            (map, context) -> map.getMetadata().setLabels(Map.of("team", "shop")));
  }

  private UsherController controller(boolean initialize) {
    return controller(webhook().build(), initialize);
  }

  private UsherController controller(WebhookRegistration webhook, boolean initialize) {
    return UsherController.create(
        config ->
            config
                .webhooks(webhook)
                .configurations(InitOptions::configurations)
                .set(HttpSettings.HEALTH_HOST, "127.0.0.1")
                .set(HttpSettings.HEALTH_PORT, 0)
                .set(ViewSettings.KUBECONFIG, folder.resolve("kubeconfig"))
                .set(ControllerSettings.LEASE_NAMESPACE, "default")
                .set(ControllerSettings.LEASE_DURATION, Duration.ofHours(1))
                .set(ControllerSettings.RENEW_DEADLINE, Duration.ofMinutes(40))
                .set(ControllerSettings.RETRY_PERIOD, Duration.ofMillis(50))
                .set(ControllerSettings.INITIALIZE_MAX_PER_SECOND, 10)
                .set(ControllerSettings.INITIALIZE, initialize));
  }

  private void create(String name) {
    server
        .client()
        .configMaps()
        .inNamespace("default")
        .resource(new ConfigMapBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
  }

  private List<ConfigMap> maps() {
    return server.client().configMaps().inNamespace("default").list().getItems().stream()
        .filter(map -> map.getMetadata().getName().startsWith("map-"))
        .toList();
  }

  private long labelled() {
    return maps().stream()
        .filter(map -> Map.of("team", "shop").equals(map.getMetadata().getLabels()))
        .count();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(20));
  }

  @Test
  void anotherReplicaGoesOnWhereTheLeaderEndedAndWritesNothingTwice() throws Exception {
    for (int i = 0; i < MAPS; i++) {
      create("map-" + i);
    }
    var changes = new ConcurrentHashMap<String, Integer>();
    try (var watch =
            server
                .client()
                .configMaps()
                .inNamespace("default")
                .watch(
                    new Watcher<ConfigMap>() {
                      @Override
                      public void eventReceived(Action action, ConfigMap map) {
                        if (action == Action.MODIFIED) {
                          changes.merge(map.getMetadata().getName(), 1, Integer::sum);
                        }
                      }

                      @Override
                      public void onClose(WatcherException cause) {}
                    });
        UsherController second = controller(true)) {
      UsherController first = controller(true).start();
      eventually().until(() -> labelled() > 3);
      second.start();
      first.close();

      eventually().until(() -> labelled() == MAPS);
      create("map-late");
      eventually().until(() -> labelled() == MAPS + 1);

      eventually().until(() -> changes.size() == MAPS + 1);
      assertThat(metrics(second))
          .contains("usher_initializer_objects_total{outcome=\"changed\"}")
          .contains("usher_initializer_objects_total{outcome=\"undone\"} 0.0")
          .contains("usher_initializer_retrying 0.0");
      eventually().until(() -> metrics(second).contains("usher_initializer_unlisted 0.0"));
    }
    assertThat(changes.values()).containsOnly(1);
  }

  @Test
  void itIsNotReadyUntilItsRulesHaveSeenWhatTheyRead() throws Exception {
    create("map-1");
    Fault refusing = server.on("list", "secrets").answerInternalError();
    WebhookRegistration reading = webhook().reads(ReadTarget.of(Secret.class)).build();
    try (UsherController controller = controller(reading, true).start()) {
      eventually()
          .until(() -> get(controller, "/readyz").contains("views: not read yet: secrets: GET"));
      assertThat(metrics(controller)).contains("usher_view_synced{resource=\"secrets\"} 0.0");

      refusing.close();
      eventually().until(() -> labelled() == 1);
      eventually().until(() -> !get(controller, "/readyz").contains("not read yet"));
      assertThat(metrics(controller)).contains("usher_view_synced{resource=\"secrets\"} 1.0");
    }
  }

  private static String metrics(UsherController controller) throws Exception {
    return get(controller, "/metrics");
  }

  private static String get(UsherController controller, String path) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + controller.healthPort() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void withoutTheSettingThereIsNothingToDo() {
    assertThatThrownBy(() -> controller(false)).isInstanceOf(ConfigurationException.class);
  }

  @Test
  void flagNeedsNoValue() {
    var spec = ControllerCommand.spec();
    new CommandLine(spec).parseArgs("--initialize", "--rules", "rules.jar");

    assertThat(spec.findOption("--initialize").originalStringValues()).containsExactly("true");
  }
}
