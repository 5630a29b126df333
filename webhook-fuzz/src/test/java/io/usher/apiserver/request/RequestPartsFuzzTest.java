package io.usher.apiserver.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.QueryParameters;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.SelectableField;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.builtin.BuiltInTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a request brings is read as what it says, or refused with a code of the client's. */
class RequestPartsFuzzTest {

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .nodeFactory(new JsonNodeFactory(true))
          .build();

  private static final BodyReader BODIES = new BodyReader();

  private static final ApiResource DEPLOYMENTS =
      BuiltInTypes.builders(
              Clock.systemUTC(), (type, subresource) -> call -> null, (type, name) -> call -> null)
          .stream()
          .map(ResourceType.Builder::build)
          .filter(type -> type.kind().equals("Deployment"))
          .map(type -> new ApiResource(type, type.versions().get(0)))
          .findFirst()
          .orElseThrow();

  private static final ApiResource WIDGETS = widgets();

  private static ApiResource widgets() {
    ServedVersion version =
        ServedVersion.of("v1").withSelectableFields(List.of(SelectableField.at("spec.color")));
    return new ApiResource(
        ResourceType.builder("example.com", "Widget").version(version).build(), version);
  }

  /** What was read, written again, is read as the same. */
  @FuzzTest
  void query(byte[] bytes) {
    QueryParameters read = QueryParameters.parse(text(bytes));

    assertThat(QueryParameters.parse(read.toString())).hasToString(read.toString());
  }

  @FuzzTest
  void continueToken(byte[] bytes) {
    try {
      ContinueToken token = ContinueToken.decode(text(bytes));
      assertThat(ContinueToken.decode(token.encode())).isEqualTo(token);
    } catch (ApiException e) {
      assertThat(e.status().code()).isEqualTo(400);
    }
  }

  /** The selectors of a list. */
  @FuzzTest
  void selectors(byte[] bytes) {
    QueryParameters query = QueryParameters.parse("fieldSelector=" + text(bytes));
    try {
      Selector.of(query, WIDGETS);
    } catch (ApiException e) {
      assertThat(e.status().code()).isEqualTo(400);
    }
  }

  /** JSON that is accepted is what strict Jackson reads. */
  @FuzzTest
  void json(byte[] body) throws IOException {
    Body read = body(body, "application/json");
    if (read != null && read.members().isEmpty() && body.length > 0) {
      JsonNode expected = STRICT.readTree(body);
      assertThat(read.json()).hasToString(expected.isNull() ? "{}" : expected.toString());
    }
  }

  /** YAML that is accepted is what its JSON says. */
  @FuzzTest
  void yaml(byte[] body) throws IOException {
    Body read = body(body, "application/yaml");
    if (read != null && read.yamlProblems().isEmpty()) {
      String json = read.json().toString();
      Body again = body(json.getBytes(StandardCharsets.UTF_8), "application/json");
      assertThat(again).as(json).isNotNull();
      assertThat(again.json().toString()).isEqualTo(json);
    }
  }

  /** Protobuf that is accepted is an object. */
  @FuzzTest
  void protobuf(byte[] body) {
    Body read = body(body, "application/vnd.kubernetes.protobuf");
    if (read != null) {
      assertThat(read.json().isObject()).isTrue();
    }
  }

  private static @Nullable Body body(byte[] body, String type) {
    ApiRequest request =
        ApiRequest.of("POST", "/")
            .withHeaders(Headers.of(Map.of("Content-Type", List.of(type))))
            .withBody(body);
    try {
      return BODIES.object(request, DEPLOYMENTS.kind());
    } catch (ApiException e) {
      assertThat(e.status().code()).isIn(400, 413);
      return null;
    }
  }

  /** {@code [object, patch]}: each kind of patch. */
  @FuzzTest
  void patches(byte[] json) {
    JsonNode two;
    try {
      two = BODIES.patch(ApiRequest.of("PATCH", "/").withBody(json)).json();
    } catch (ApiException e) {
      assertThat(e.status().code()).isIn(400, 413);
      return;
    }
    if (two.size() != 2 || !(two.path(0) instanceof ObjectNode object)) {
      return;
    }
    String before = object.toString();
    for (Patches each : Patches.values()) {
      try {
        each.check(two.get(1));
        each.apply(object, two.get(1).deepCopy(), DEPLOYMENTS);
      } catch (ApiException e) {
        // 500 is what kube-apiserver says of a strategic merge patch that it can't apply.
        assertThat(e.status().code()).isIn(400, 413, 422, 500);
      }
      assertThat(object).hasToString(before);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
