package io.usher.cli;

import static io.usher.admission.Operation.CREATE;
import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.GroupResource;
import io.usher.cli.local.YamlDocuments;
import io.usher.cluster.LiveRead;
import io.usher.cluster.LiveReadException;
import io.usher.engine.Deadline;
import io.usher.engine.LiveQuestion;
import io.usher.engine.Ticker;
import io.usher.listwatch.ListWatch;
import io.usher.listwatch.ListWatchSettings;
import io.usher.listwatch.ResourceViews;
import io.usher.manifest.Installation;
import io.usher.manifest.Manifests;
import io.usher.server.HttpsApiServer;
import io.usher.webhook.LiveReadTarget;
import io.usher.webhook.ReadTarget;
import io.usher.webhook.WebhookRegistration;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The generated permissions, as RBAC of an API server takes them. */
@Timeout(180)
class ReadAccessIT {

  private static final String TOKEN = "token-of-the-server";
  private static final GroupResource ROLES =
      new GroupResource("rbac.authorization.k8s.io", "clusterroles");
  private static final GroupResource BINDINGS =
      new GroupResource("rbac.authorization.k8s.io", "clusterrolebindings");

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final WebhookRegistration webhook =
      WebhookRegistration.named("reads.example.com")
          .reads(ReadTarget.of(ConfigMap.class))
          .reads(ReadTarget.of(Ingress.class))
          .readsLive(LiveReadTarget.of(Secret.class).list())
          .editing("rule", on(Pod.class, CREATE), (pod, context) -> {})
          .build();

  @TempDir private Path directory;
  private HttpsApiServer server;
  private ListWatch listWatch;
  private ResourceViews views;

  @BeforeEach
  void start() throws Exception {
    server =
        HttpsApiServer.start(
            new InetSocketAddress("127.0.0.1", 0),
            List.of(),
            config ->
                config.authenticator(
                    request ->
                        ("Bearer " + TOKEN).equals(request.headers().first("Authorization"))
                            ? UserInfo.of(
                                "system:serviceaccount:gate-system:gate",
                                "system:serviceaccounts",
                                "system:authenticated")
                            : null),
            fatal -> {});
    Path kubeconfig =
        Files.writeString(
            directory.resolve("kubeconfig"),
            server.kubeconfig().replaceFirst("token: .*", "token: " + TOKEN));
    listWatch =
        ListWatch.open(kubeconfig, ListWatchSettings.DEFAULT, executor, timer, Ticker.SYSTEM);
  }

  @AfterEach
  void stop() {
    if (views != null) {
      views.close();
    }
    listWatch.close();
    executor.shutdownNow();
    timer.shutdownNow();
    server.close();
  }

  /** Creates what the manifests grant the server, but for a verb. */
  private void grantAllBut(String verb) {
    var objects = server.embedded().server().objects();
    String yaml =
        Manifests.generate(
                new Installation("gate", "gate-system", "localhost/gate:1"), List.of(webhook))
            .contents()
            .get("plain/server.yaml");
    YamlDocuments.read("server.yaml", yaml)
        .forEach(
            document -> {
              var object = (ObjectNode) document.tree();
              switch (object.get("kind").asText()) {
                case "ClusterRole" -> {
                  for (JsonNode rule : object.get("rules")) {
                    var verbs = (ArrayNode) rule.get("verbs");
                    for (int i = verbs.size() - 1; i >= 0; i--) {
                      if (verbs.get(i).asText().equals(verb)) {
                        verbs.remove(i);
                      }
                    }
                  }
                  objects.create(ROLES, object);
                }
                case "ClusterRoleBinding" -> objects.create(BINDINGS, object);
                default -> {}
              }
            });
  }

  private void follow() {
    views = listWatch.follow(webhook.reads(), Duration.ofDays(1));
  }

  private void askLive() {
    LiveRead secrets = webhook.liveReads().get(0);
    for (LiveQuestion question :
        List.of(
            new LiveQuestion.OneObject(secrets, "default", "none"),
            new LiveQuestion.Objects(secrets, "default", ""))) {
      listWatch
          .follow(List.of(), Duration.ofDays(1))
          .answer(question, Deadline.after(Duration.ofMinutes(1)));
    }
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(20));
  }

  @Test
  void whatIsGrantedIsEnough() {
    grantAllBut("none");
    follow();

    eventually().until(() -> views.unsynced().isEmpty());
    assertThat(views.states()).hasSize(2);
    assertThat(listWatch.counters().failures()).isZero();
    askLive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "list"})
  void noneOfWhatIsAskedLiveCanBeLeftOut(String verb) {
    grantAllBut(verb);

    assertThatThrownBy(this::askLive)
        .isInstanceOf(LiveReadException.class)
        .hasMessageContaining("cannot " + verb + " resource \"secrets\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "watch"})
  void noneOfWhatIsGrantedCanBeLeftOut(String verb) {
    grantAllBut(verb);
    follow();

    eventually().until(() -> listWatch.counters().failures() > 0);
    assertThat(views.unsynced().isEmpty()).isEqualTo(verb.equals("watch"));
  }
}
