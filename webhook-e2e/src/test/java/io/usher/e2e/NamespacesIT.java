package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many namespaces at once go with what {@code usher apiserver} has made in them. */
class NamespacesIT {

  private static final int COUNT = 100;

  /** What a user is promised for as many. */
  private static final Duration PROMISED = Duration.ofSeconds(30);

  private enum Kept {
    IN_MEMORY,
    IN_A_FILE
  }

  @TempDir private Path work;

  @ParameterizedTest
  @EnumSource
  void namespacesAreGoneWhenThatIsPromised(Kept kept) throws IOException {
    var launcher =
        ApiServerProcess.Launcher.create(Path.of(System.getProperty("usher.e2e.server")), work);
    String[] flags =
        kept == Kept.IN_A_FILE
            ? new String[] {"--storage-file=" + work.resolve("objects.db")}
            : new String[0];
    try (ApiServerProcess server = launcher.start(UsherProcess.freePort(), flags)) {
      KubernetesApi api = server.api();
      for (int i = 0; i < COUNT; i++) {
        api.create("/api/v1/namespaces", Documents.yaml("{metadata: {name: many-" + i + "}}"))
            .accepted();
      }
      Eventually.eventually(
          () -> {
            assertThat(ofMany(api, "serviceaccounts", "namespace")).hasSize(COUNT);
            assertThat(ofMany(api, "configmaps", "namespace")).hasSize(COUNT);
          });
      for (int i = 0; i < COUNT; i++) {
        api.delete("/api/v1/namespaces/many-" + i).accepted();
      }
      Awaitility.await()
          .atMost(PROMISED)
          .untilAsserted(() -> assertThat(ofMany(api, "namespaces", "name")).isEmpty());
      assertThat(ofMany(api, "serviceaccounts", "namespace")).isEmpty();
      assertThat(ofMany(api, "configmaps", "namespace")).isEmpty();
    }
  }

  /** The objects of the namespaces, or these themselves. */
  private static List<String> ofMany(KubernetesApi api, String resource, String member) {
    var found = new ArrayList<String>();
    for (JsonNode each : api.get("/api/v1/" + resource).accepted().at("/items")) {
      String name = each.path("metadata").path(member).asText();
      if (name.startsWith("many-")) {
        found.add(name);
      }
    }
    return found;
  }
}
