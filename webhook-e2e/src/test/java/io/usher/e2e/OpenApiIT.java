package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.builtin.BuiltInTypes;
import io.usher.apiserver.openapi.OpenApi;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The OpenAPI documents that webhook-apiserver makes of the built-in kinds are the real server's,
 * but for what it does not serve: protobuf and CBOR, the old paths of watches, connections to
 * nodes.
 */
class OpenApiIT {

  @TempDir private static Path work;
  private static PlainApiServer real;

  private final OpenApi own;

  @BeforeAll
  static void start() throws IOException {
    real = new PlainApiServer(Path.of(System.getProperty("usher.e2e.assets")), work);
  }

  @AfterAll
  static void stop() {
    real.close();
  }

  OpenApiIT() {
    var registry = new ResourceRegistry();
    BuiltInTypes.builders(
            Clock.systemUTC(),
            (resource, name) -> call -> JsonNodeFactory.instance.objectNode(),
            (resource, name) -> call -> ApiResponse.of(200, "text/plain", new byte[0]))
        .forEach(builder -> registry.register(builder.build()));
    own = new OpenApi(registry, "1.36", Clock.systemUTC());
  }

  private JsonNode own(String path) throws IOException {
    var answer = (ApiResponse.Complete) own.answer(ApiRequest.of("GET", path));
    return new JsonMapper().readTree(answer.bytes());
  }

  @Test
  void schemasOfVersion3AreTheRealOnes() throws IOException {
    for (String name : groupVersions()) {
      assertThat(own("/openapi/v3/" + name).at("/components/schemas"))
          .as(name)
          .isEqualTo(real.api().get("/openapi/v3/" + name).accepted().at("/components/schemas"));
    }
  }

  @Test
  void operationsOfVersion3AreTheRealOnes() throws IOException {
    for (String name : groupVersions()) {
      JsonNode theirs = real.api().get("/openapi/v3/" + name).accepted().at("/paths");
      for (Map.Entry<String, JsonNode> path :
          own("/openapi/v3/" + name).get("paths").properties()) {
        if (!path.getKey().endsWith("/log")) {
          assertThat(path.getValue())
              .as(path.getKey())
              .isEqualTo(served(theirs.get(path.getKey())));
        }
      }
      var left = new TreeSet<String>();
      theirs.properties().forEach(path -> left.add(path.getKey()));
      own("/openapi/v3/" + name)
          .get("paths")
          .properties()
          .forEach(path -> left.remove(path.getKey()));
      assertThat(left)
          .allMatch(
              path ->
                  path.contains("/watch/")
                      || path.matches(".*/(attach|exec|portforward|proxy)(/.*)?"));
    }
  }

  @Test
  void definitionsOfVersion2AreTheRealOnes() throws IOException {
    JsonNode theirs = real.api().get("/openapi/v2").accepted().at("/definitions");
    for (Map.Entry<String, JsonNode> schema : own("/openapi/v2").get("definitions").properties()) {
      assertThat(schema.getValue()).as(schema.getKey()).isEqualTo(theirs.get(schema.getKey()));
    }
  }

  private List<String> groupVersions() throws IOException {
    return own("/openapi/v3").get("paths").properties().stream()
        .map(Map.Entry::getKey)
        .filter(name -> name.matches(".*/v\\d+"))
        .toList();
  }

  /** The same without the media types that only the real server has. */
  private static JsonNode served(JsonNode json) {
    if (json instanceof ObjectNode object) {
      var members = new TreeMap<String, JsonNode>();
      for (Map.Entry<String, JsonNode> each : object.properties()) {
        if (!each.getKey().contains("protobuf") && !each.getKey().contains("cbor")) {
          members.put(each.getKey(), served(each.getValue()));
        }
      }
      return JsonNodeFactory.instance.objectNode().setAll(members);
    }
    if (json instanceof ArrayNode array) {
      ArrayNode elements = JsonNodeFactory.instance.arrayNode();
      array.forEach(each -> elements.add(served(each)));
      return elements;
    }
    return json;
  }
}
