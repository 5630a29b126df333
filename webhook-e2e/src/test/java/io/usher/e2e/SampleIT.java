package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.e2e.AuditLog.Call;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** The sample's own mutating rules, on its own manifests. */
@ExtendWith(ClusterExtension.class)
final class SampleIT {

  private static final String LABELER = "labeler.example.com";
  private static final String AGAIN = "again." + LABELER;

  private static final Path SAMPLE = Path.of(System.getProperty("usher.e2e.sample"));

  private final TestNamespace namespace;
  private final KubernetesApi api;
  private final AuditLog audit;
  private final UsherProcess usher;

  SampleIT(
      TestNamespace namespace, KubernetesApi api, AuditLog audit, UsherProcess.Launcher launcher) {
    this.namespace = namespace;
    this.api = api;
    this.audit = audit;
    this.usher = launcher.start("sample", "--rules=" + SAMPLE.resolve("target"));
  }

  /** The same webhook twice, for whatever namespace a manifest names. */
  @BeforeEach
  void registerTwice() {
    namespace.register(
        namespace
            .mutating(usher)
            .webhook(LABELER, "CREATE */*/pods,deployments", SampleIT::inEveryNamespace)
            .webhook(
                LABELER,
                "CREATE */*/pods,deployments",
                webhook -> {
                  inEveryNamespace(webhook);
                  webhook.put("name", AGAIN);
                }));
  }

  @AfterEach
  void stop() {
    usher.close();
  }

  @TestFactory
  Stream<DynamicTest> secondCallChangesNothing() throws IOException {
    try (var files = Files.list(SAMPLE.resolve("src/main/kubernetes/samples"))) {
      return files
          .sorted()
          // ephemeral containers come by a subresource, which no mutating rule asks for
          .filter(file -> !file.endsWith("pod-debug.yaml"))
          .map(
              file ->
                  dynamicTest(
                      file.getFileName().toString(), () -> secondCallChangesNothing(read(file))))
          .toList()
          .stream();
    }
  }

  private void secondCallChangesNothing(ObjectNode object) {
    String version = object.path("apiVersion").asText();
    String home = object.at("/metadata/namespace").asText();
    String collection = object.path("kind").asText().toLowerCase(Locale.ROOT) + "s";
    boolean patched =
        !object.at("/metadata/annotations").path("usher.io/expect").asText().startsWith("allowed");
    ObjectNode parent = Documents.yaml("{apiVersion: v1, kind: Namespace, metadata: {}}");
    parent.withObject("/metadata").put("name", home);
    assertThat(api.create("/api/v1/namespaces", parent).status()).isIn(201, 409);

    Answer created =
        api.create(
                (version.contains("/") ? "/apis/" : "/api/")
                    + version
                    + "/namespaces/"
                    + home
                    + "/"
                    + collection
                    + "?dryRun=All",
                object)
            .accepted();

    assertThat(audit.calls(created))
        .extracting(Call::webhook, Call::mutated)
        .containsExactlyElementsOf(
            collection.equals("configmaps")
                ? List.of()
                : List.of(tuple(LABELER, patched), tuple(AGAIN, false)));
  }

  private static ObjectNode read(Path file) {
    try {
      return Documents.yaml(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void inEveryNamespace(ObjectNode webhook) {
    webhook.remove("namespaceSelector");
    webhook.put("failurePolicy", "Fail");
  }
}
