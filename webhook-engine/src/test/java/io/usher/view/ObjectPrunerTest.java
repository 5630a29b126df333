package io.usher.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.cluster.FieldPath;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ObjectPrunerTest {

  private static final String POD =
      """
      {"apiVersion": "v1", "kind": "Pod",
       "metadata": {"name": "web", "namespace": "shop", "uid": "u", "resourceVersion": "7",
        "labels": {"app": "web"},
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "a.b/c": "d",
         "e": "f"},
        "managedFields": [{"manager": "kubectl", "fieldsV1": {"f:spec": {}}}]},
       "spec": {"nodeName": "n1", "containers": [
        {"name": "a", "image": "i", "env": [{"name": "x"}]}, {"name": "b"}]},
       "status": {"phase": "Running", "podIP": null, "count": 1.50}}
      """;

  private final ObjectMapper mapper = new ObjectMapper();

  private StoredObject read(String json, String... fields) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      StoredObject object =
          new ObjectPruner(Stream.of(fields).map(FieldPath::parse).toList())
              .read(parser, "v1", "Pod");
      assertThat(parser.nextToken()).isNull();
      return object;
    }
  }

  private void assertKept(String expected, String... fields) throws IOException {
    JsonNode kept = mapper.readTree(read(POD, fields).json());
    assertThat(kept).isEqualTo(mapper.readTree(expected));
  }

  @Test
  void everythingIsKeptButManagedFieldsAndLastApplied() throws IOException {
    assertKept(
        """
        {"apiVersion": "v1", "kind": "Pod",
         "metadata": {"name": "web", "namespace": "shop", "uid": "u", "resourceVersion": "7",
          "labels": {"app": "web"}, "annotations": {"a.b/c": "d", "e": "f"}},
         "spec": {"nodeName": "n1", "containers": [
          {"name": "a", "image": "i", "env": [{"name": "x"}]}, {"name": "b"}]},
         "status": {"phase": "Running", "podIP": null, "count": 1.50}}
        """);
  }

  @Test
  void declaredFieldsAreKeptBesideTheIdentity() throws IOException {
    assertKept(
        """
        {"apiVersion": "v1", "kind": "Pod",
         "metadata": {"name": "web", "namespace": "shop", "uid": "u", "resourceVersion": "7",
          "labels": {"app": "web"}, "annotations": {"a.b/c": "d"}},
         "spec": {"containers": [{"image": "i"}, {}]},
         "status": {"phase": "Running"}}
        """,
        "spec.containers.image",
        "metadata.annotations['a.b/c']",
        "status.phase",
        "spec.none.below");
  }

  @Test
  void aFieldIsKeptWithAllBelowItWhateverElseIsDeclaredThere() throws IOException {
    assertKept(
        """
        {"apiVersion": "v1", "kind": "Pod",
         "metadata": {"name": "web", "namespace": "shop", "uid": "u", "resourceVersion": "7",
          "labels": {"app": "web"}, "annotations": {"a.b/c": "d", "e": "f"}},
         "spec": {"nodeName": "n1", "containers": [
          {"name": "a", "image": "i", "env": [{"name": "x"}]}, {"name": "b"}]}}
        """,
        "spec.nodeName",
        "spec",
        "spec.containers.image",
        "metadata",
        "metadata.managedFields");
  }

  @Test
  void theIdentityIsTold() throws IOException {
    StoredObject object = read(POD, "spec.nodeName");

    assertThat(object.namespace()).isEqualTo("shop");
    assertThat(object.name()).isEqualTo("web");
    assertThat(object.resourceVersion()).isEqualTo("7");
    assertThat(object).hasToString("shop/web");
  }

  @Test
  void whatAListLeavesOutIsAdded() throws IOException {
    StoredObject object = read("{\"metadata\": {\"name\": \"web\"}}");

    assertThat(mapper.readTree(object.json()))
        .isEqualTo(
            mapper.readTree(
                "{\"metadata\": {\"name\": \"web\"}, \"apiVersion\": \"v1\", \"kind\": \"Pod\"}"));
  }

  @Test
  void anObjectThatIsCutOffOrHasNoNameIsRefused() {
    assertThatThrownBy(() -> read("{\"metadata\": {\"name\": \"web\"}"))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read("{\"metadata\": {}}"))
        .isInstanceOf(IOException.class)
        .hasMessage("an object has no name");
    assertThatThrownBy(() -> read("[]")).isInstanceOf(IOException.class);
  }
}
