package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.schema.ProtobufObject;
import io.usher.apiserver.schema.TypedSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What kube-apiserver writes of an object as protobuf is read as what it writes of it as JSON. */
class ProtobufIT {

  private static final String NAMESPACE = "steps";

  @TempDir private static Path work;
  private static PlainApiServer real;

  @BeforeAll
  static void start() throws IOException {
    real =
        new PlainApiServer(
            Path.of(System.getProperty("usher.e2e.assets")),
            work,
            "--disable-admission-plugins=ServiceAccount,RuntimeClass,LimitRanger");
    ObjectNode namespace = Documents.yaml("{apiVersion: v1, kind: Namespace}");
    namespace.withObject("/metadata").put("name", NAMESPACE);
    real.api().create("/api/v1/namespaces", namespace).accepted();
  }

  @AfterAll
  static void stop() {
    real.close();
  }

  static Stream<ObjectNode> objects() throws IOException {
    Path kubectl = Path.of("src/test/resources/io/usher/e2e/kubectl");
    return Stream.of(
            Documents.resource("built-in-objects.yaml", NAMESPACE),
            Documents.stream(kubectl.resolve("objects.yaml")),
            Documents.stream(kubectl.resolve("cluster-objects.yaml")))
        .flatMap(List::stream)
        .filter(object -> resource(object).path("verbs").toString().contains("\"get\""));
  }

  @ParameterizedTest
  @MethodSource("objects")
  void protobufIsReadAsJson(ObjectNode object) throws IOException {
    ObjectNode metadata = object.withObject("/metadata");
    if (!metadata.has("name")) {
      metadata.put("name", "named");
    }
    String collection = collection(object);
    if (real.api().get(collection + '/' + metadata.get("name").asText()).status() == 404) {
      real.api().create(collection, object).accepted();
    }
    String path = collection + '/' + metadata.get("name").asText();
    GroupVersionKind kind =
        GroupVersionKind.of(object.get("apiVersion").asText(), object.get("kind").asText());

    // its controllers may write between the two
    Eventually.eventually(
        () ->
            assertThat(
                    decoded(
                        Objects.requireNonNull(
                            ProtobufObject.read(real.api().protobuf(path), kind)),
                        kind))
                .isEqualTo(decoded(real.api().get(path).body(), kind)));
  }

  /** The object as the API server has it: without what JSON or protobuf alone writes. */
  private static String decoded(ObjectNode object, GroupVersionKind kind) {
    TypedSchema schema = TypedSchema.builtIn(kind, unchanged -> {});
    assertThat(schema.prune(object)).isEmpty();
    schema.setDefaults(object);
    // that each is a PersistentVolumeClaim is a default of StatefulSets
    for (JsonNode template : object.at("/spec/volumeClaimTemplates")) {
      ((ObjectNode) template).remove(List.of("apiVersion", "kind"));
    }
    return Documents.sorted(object);
  }

  private static String root(ObjectNode object) {
    String groupVersion = object.get("apiVersion").asText();
    return (groupVersion.contains("/") ? "/apis/" : "/api/") + groupVersion;
  }

  private static String collection(ObjectNode object) {
    JsonNode resource = resource(object);
    return root(object)
        + (resource.path("namespaced").asBoolean() ? "/namespaces/" + NAMESPACE : "")
        + '/'
        + resource.path("name").asText();
  }

  private static JsonNode resource(ObjectNode object) {
    for (JsonNode each : real.api().get(root(object)).accepted().at("/resources")) {
      if (each.path("kind").equals(object.get("kind"))
          && !each.path("name").asText().contains("/")) {
        return each;
      }
    }
    throw new AssertionError("no resource has the kind of " + object);
  }
}
