package io.usher.e2e;

import static io.usher.e2e.Documents.configMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server whose certificate changes, or that is told to stop, while it is called. */
@ExtendWith(ClusterExtension.class)
final class LifecycleIT {

  private static final String SLOW = "slow.e2e.usher.io";
  private static final int CLIENTS = 8;

  private final TestNamespace namespace;
  private final KubernetesApi api;
  private final UsherProcess.Launcher launcher;

  LifecycleIT(TestNamespace namespace, KubernetesApi api, UsherProcess.Launcher launcher) {
    this.namespace = namespace;
    this.api = api;
    this.launcher = launcher;
  }

  @Test
  void noCreateFailsWhileCertificatesAreSwapped() {
    try (var usher = launcher.start("swapped")) {
      namespace.register(
          namespace
              .validating(usher)
              .webhook("deny-unwanted.e2e.usher.io", "CREATE /v1/configmaps"));
      var running = new AtomicBoolean(true);
      var answers = new ConcurrentLinkedQueue<Answer>();
      String collection = namespace.path("v1", "configmaps") + "?dryRun=All";
      var executor = Executors.newFixedThreadPool(CLIENTS);
      try {
        List<CompletableFuture<Void>> clients =
            IntStream.range(0, CLIENTS)
                .mapToObj(
                    client ->
                        CompletableFuture.runAsync(
                            () -> {
                              while (running.get()) {
                                answers.add(api.create(collection, configMap("map-" + client)));
                              }
                            },
                            executor))
                .toList();
        for (int i = 0; i < 3; i++) {
          launcher.certificates().issue("swapped", UsherProcess.DNS_NAMES);
          var issued = launcher.certificates().serialNumber("swapped");
          Eventually.eventually(() -> assertThat(usher.servedSerialNumber()).isEqualTo(issued));
        }
        running.set(false);
        clients.forEach(CompletableFuture::join);
      } finally {
        running.set(false);
        executor.shutdown();
      }

      assertThat(answers).hasSizeGreaterThan(100);
      assertThat(Answer.outcomes(answers)).containsOnlyKeys("201");
    }
  }

  @Test
  void reviewsInFlightAreAnsweredWhenTerminated() {
    try (var usher = launcher.start("terminated")) {
      namespace.register(namespace.validating(usher).webhook(SLOW, "CREATE /v1/configmaps"));
      answersWhatIsInFlight(usher);
    }
  }

  /** All in one connection, whose client is told (GOAWAY) while they are under way. */
  @Test
  void reviewsInFlightOverHttp2AreAnsweredWhenTerminated() {
    try (var usher = launcher.start("terminated-http2")) {
      String url = "https://localhost:" + usher.port() + "/validate/" + SLOW;
      namespace.register(
          namespace
              .validating(usher)
              .webhook(
                  SLOW,
                  "CREATE /v1/configmaps",
                  webhook -> {
                    webhook.withObject("/clientConfig").remove("service");
                    webhook.withObject("/clientConfig").put("url", url);
                  }));
      answersWhatIsInFlight(usher);
    }
  }

  private void answersWhatIsInFlight(UsherProcess usher) {
    List<CompletableFuture<Answer>> inFlight =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    api.createLater(
                        namespace.path("v1", "configmaps"), configMap("takes-2-s-" + i)))
            .toList();
    Eventually.eventually(() -> assertThat(usher.inFlight()).isEqualTo(4));

    usher.terminate();

    assertThat(Answer.outcomes(inFlight.stream().map(CompletableFuture::join).toList()))
        .isEqualTo(Map.of("201", 4L));
    assertThat(usher.awaitExit(Duration.ofSeconds(60))).isIn(0, 143);
  }
}
