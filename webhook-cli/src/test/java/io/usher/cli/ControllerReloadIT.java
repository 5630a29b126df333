package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.example.rules.ConfiguredHandlers;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.http.HttpSettings;
import io.usher.server.ControllerSettings;
import io.usher.server.HttpsApiServer;
import io.usher.server.ServerSettings;
import io.usher.server.UsherController;
import io.usher.server.ViewSettings;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A controller whose rules are configured anew while it leads. */
@Timeout(180)
class ControllerReloadIT {

  private static final Map<String, GroupResource> OBJECTS =
      Map.of(
          "ConfigMap", new GroupResource("", "configmaps"),
          "Secret", new GroupResource("", "secrets"));

  @TempDir private Path directory;
  private HttpsApiServer server;
  private UsherController controller;

  @BeforeEach
  void start() throws Exception {
    server =
        HttpsApiServer.start(
            new InetSocketAddress("127.0.0.1", 0), List.of(), config -> {}, fatal -> {});
    Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), server.kubeconfig());
    Path rules =
        RuleFolder.write(directory, ConfiguredHandlers.class, ConfiguredHandlers.Config.class);
    configure("configured.example.com: {team: red}");
    controller =
        UsherController.create(
                config ->
                    config
                        .rules(rules)
                        .configurations(InitOptions::configurations)
                        .set(ServerSettings.RULE_CONFIG, directory.resolve("rules.yaml"))
                        .set(ServerSettings.RELOAD_INTERVAL, Duration.ofMillis(50))
                        .set(HttpSettings.HEALTH_HOST, "127.0.0.1")
                        .set(HttpSettings.HEALTH_PORT, 0)
                        .set(ViewSettings.KUBECONFIG, kubeconfig)
                        .set(ControllerSettings.LEASE_NAMESPACE, "default")
                        .set(ControllerSettings.LEASE_DURATION, Duration.ofHours(1))
                        .set(ControllerSettings.RENEW_DEADLINE, Duration.ofMinutes(40))
                        .set(ControllerSettings.RETRY_PERIOD, Duration.ofMillis(50))
                        .set(ControllerSettings.INITIALIZE, true))
            .start();
  }

  @AfterEach
  void stop() {
    controller.close();
    server.close();
  }

  /** As the kubelet replaces the file of a ConfigMap. */
  private void configure(String yaml) throws Exception {
    Files.move(
        Files.writeString(directory.resolve("next.yaml"), yaml),
        directory.resolve("rules.yaml"),
        StandardCopyOption.ATOMIC_MOVE);
  }

  private void create(String kind, String name) {
    ObjectNode object =
        JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", kind);
    object.putObject("metadata").put("namespace", "default").put("name", name);
    if (kind.equals("Secret")) {
      object.put("type", "Opaque");
    }
    server.embedded().server().objects().create(OBJECTS.get(kind), object);
  }

  private void awaitTeam(String team, String name) {
    OBJECTS.forEach(
        (kind, type) ->
            await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(
                    () ->
                        assertThat(
                                server
                                    .embedded()
                                    .server()
                                    .objects()
                                    .get(type, "default", name)
                                    .at("/metadata/labels/example.com~1team")
                                    .asText())
                            .isEqualTo(team)));
  }

  private void createBoth(String name) {
    OBJECTS.keySet().forEach(kind -> create(kind, name));
  }

  private String get(String path) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + controller.healthPort() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
        .body();
  }

  @Test
  void handlersAndInitializerTakeOverWhatIsConfiguredAnewInTheSameTerm() throws Exception {
    createBoth("first");
    awaitTeam("red", "first");

    configure("configured.example.com: {team: blue}");

    awaitTeam("blue", "first");
    createBoth("second");
    awaitTeam("blue", "second");
    assertThat(get("/metrics")).contains("usher_leader_terms_total 1.0", "usher_leader 1.0");
    assertThat(get("/readyz")).isEqualTo("ok");
  }

  @Test
  void rulesGoOnWhenWhatIsConfiguredAnewIsWrong() throws Exception {
    createBoth("first");
    awaitTeam("red", "first");

    configure("configured.example.com: {colour: blue}");
    createBoth("second");
    awaitTeam("red", "second");
    configure("configured.example.com: {team: green}");

    awaitTeam("green", "second");
    assertThat(get("/metrics")).contains("usher_leader_terms_total 1.0");
  }
}
