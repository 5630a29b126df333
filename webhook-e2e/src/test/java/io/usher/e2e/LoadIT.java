package io.usher.e2e;

import static io.usher.e2e.Documents.configMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many clients at once. */
@ExtendWith(ClusterExtension.class)
final class LoadIT {

  private static final String SLOW = "slow.e2e.usher.io";

  private final TestNamespace namespace;
  private final KubernetesApi api;
  private final UsherProcess.Launcher launcher;

  LoadIT(TestNamespace namespace, KubernetesApi api, UsherProcess.Launcher launcher) {
    this.namespace = namespace;
    this.api = api;
    this.launcher = launcher;
  }

  @Test
  void twoHundredClientsAtOnceAreServed() {
    namespace.register(
        namespace
            .validating()
            .webhook(
                "deny-unwanted.e2e.usher.io",
                "CREATE /v1/configmaps",
                webhook -> webhook.put("failurePolicy", "Fail").put("timeoutSeconds", 5)));

    assertThat(Answer.outcomes(createAtOnce(200))).isEqualTo(Map.of("201", 200L));
  }

  @Test
  void overloadIsShedAndRetriedByTheApiServer() {
    try (var usher = launcher.start("overloaded", "--slots=4", "--queue-per-slot=1")) {
      namespace.register(
          namespace
              .validating(usher)
              .webhook(
                  SLOW,
                  "CREATE /v1/configmaps",
                  webhook -> webhook.put("failurePolicy", "Fail").put("timeoutSeconds", 10)));

      assertThat(Answer.outcomes(createAtOnce(100))).isEqualTo(Map.of("201", 100L));
      assertThat(usher.shed()).isPositive();
    }
  }

  private List<Answer> createAtOnce(int clients) {
    String collection = namespace.path("v1", "configmaps");
    List<CompletableFuture<Answer>> answers =
        IntStream.range(0, clients)
            .mapToObj(i -> api.createLater(collection, configMap("takes-50-ms-" + i)))
            .toList();
    return answers.stream().map(CompletableFuture::join).toList();
  }
}
