package io.usher.apiserver.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.builtin.BuiltInTypes;
import io.usher.apiserver.schema.StructuralSchema;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpenApiTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  private final ResourceRegistry registry = new ResourceRegistry();
  private final OpenApi openApi = new OpenApi(registry, "1.36", CLOCK);

  OpenApiTest() {
    BuiltInTypes.builders(
            CLOCK,
            (resource, name) -> call -> JsonNodeFactory.instance.objectNode(),
            (resource, name) -> call -> ApiResponse.of(200, "text/plain", new byte[0]))
        .forEach(builder -> registry.register(builder.build()));
  }

  private ApiResponse.Complete get(String uri, Map<String, List<String>> headers) {
    return (ApiResponse.Complete)
        openApi.answer(ApiRequest.of("GET", uri).withHeaders(Headers.of(headers)));
  }

  private JsonNode json(String uri) throws IOException {
    return new JsonMapper().readTree(get(uri, Map.of()).bytes());
  }

  @Test
  void indexNamesEachDocumentByItsHash() throws IOException {
    JsonNode paths = json("/openapi/v3").get("paths");
    assertThat(paths.properties())
        .extracting(Map.Entry::getKey)
        .contains("api", "api/v1", "apis", "apis/apps", "apis/apps/v1", "version");
    String uri = paths.at("/apis~1apps~1v1/serverRelativeURL").asText();
    var document = get(uri, Map.of());
    assertThat(uri).isEqualTo("/openapi/v3/apis/apps/v1?hash=" + hash(document));
    assertThat(document.headers().first("Cache-Control")).isEqualTo("public, immutable");
    assertThat(document.headers().first("Expires")).isEqualTo("Sat, 02 Jan 2027 03:04:05 GMT");
  }

  private static String hash(ApiResponse.Complete document) {
    return document.headers().first("ETag").replace("\"", "");
  }

  @Test
  void documentThatTheClientHasIsNotSentAgain() {
    String etag = get("/openapi/v2", Map.of()).headers().first("ETag");
    assertThat(get("/openapi/v2", Map.of("If-None-Match", List.of(etag))).code()).isEqualTo(304);
  }

  @Test
  void oldHashLeadsToTheNewOne() {
    var answer = get("/openapi/v3/apis/apps/v1?hash=ABC", Map.of());
    assertThat(answer.code()).isEqualTo(301);
    assertThat(answer.headers().first("Location"))
        .isEqualTo("/openapi/v3/apis/apps/v1?hash=" + hash(answer));
  }

  @Test
  void unknownGroupIsNotFoundAndOtherFormsAreNotAcceptable() {
    assertThat(get("/openapi/v3/apis/nope/v1", Map.of()).code()).isEqualTo(404);
    assertThat(get("/openapi/v2", Map.of("Accept", List.of("text/plain"))).code()).isEqualTo(406);
  }

  @Test
  void version2IsProtobufForClientGo() throws IOException {
    register(
        "Widget",
        "{'type':'object','description':'A widget','properties':{'size':{'type':'integer'}}}");
    var accept = Map.of("Accept", List.of(ProtobufV2.ACCEPTED));
    ApiResponse.Complete answer = get("/openapi/v2", accept);
    assertThat(answer.headers().first("Content-Type")).isEqualTo(ProtobufV2.CONTENT_TYPE);
    UnknownFieldSet document = UnknownFieldSet.parseFrom(answer.bytes());
    assertThat(texts(document, 1)).containsExactly("2.0");
    assertThat(texts(only(document, 2), 1)).containsExactly("Kubernetes");
    JsonNode json = json("/openapi/v2");
    UnknownFieldSet paths = only(document, 8);
    assertThat(names(paths, 2)).isEqualTo(names(json.get("paths")));
    UnknownFieldSet definitions = only(document, 9);
    assertThat(names(definitions, 1)).isEqualTo(names(json.get("definitions")));
    UnknownFieldSet widget = named(definitions, 1, "com.example.v1.Widget");
    assertThat(texts(widget, 4)).containsExactly("A widget");
    UnknownFieldSet size = named(only(widget, 25), 1, "size");
    assertThat(texts(only(size, 22), 1)).containsExactly("integer");
    UnknownFieldSet list = only(named(paths, 2, "/apis/example.com/v1/widgets"), 2);
    assertThat(texts(list, 5)).containsExactly("listExampleComV1WidgetForAllNamespaces");
  }

  @Test
  void protobufThatTheClientHasIsNotSentAgain() {
    List<String> accept = List.of(ProtobufV2.ACCEPTED);
    String etag = get("/openapi/v2", Map.of("Accept", accept)).headers().first("ETag");
    assertThat(etag).isNotEqualTo(get("/openapi/v2", Map.of()).headers().first("ETag"));
    assertThat(code(accept, etag)).isEqualTo(304);
    assertThat(code(accept, "\"0\"")).isEqualTo(200);
  }

  private int code(List<String> accept, String etag) {
    return get("/openapi/v2", Map.of("Accept", accept, "If-None-Match", List.of(etag))).code();
  }

  private static List<String> texts(UnknownFieldSet message, int field) {
    return message.getField(field).getLengthDelimitedList().stream()
        .map(ByteString::toStringUtf8)
        .toList();
  }

  private static List<UnknownFieldSet> messages(UnknownFieldSet message, int field)
      throws IOException {
    var messages = new ArrayList<UnknownFieldSet>();
    for (ByteString each : message.getField(field).getLengthDelimitedList()) {
      messages.add(UnknownFieldSet.parseFrom(each));
    }
    return messages;
  }

  private static UnknownFieldSet only(UnknownFieldSet message, int field) throws IOException {
    List<UnknownFieldSet> messages = messages(message, field);
    assertThat(messages).hasSize(1);
    return messages.get(0);
  }

  private static UnknownFieldSet named(UnknownFieldSet message, int field, String name)
      throws IOException {
    for (UnknownFieldSet each : messages(message, field)) {
      if (texts(each, 1).contains(name)) {
        return only(each, 2);
      }
    }
    throw new AssertionError("nothing is named " + name);
  }

  private static List<String> names(UnknownFieldSet message, int field) throws IOException {
    var names = new ArrayList<String>();
    for (UnknownFieldSet each : messages(message, field)) {
      names.addAll(texts(each, 1));
    }
    return names;
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  @Test
  void patchOfBuiltInKindTakesFieldValidationAndStrategicMerge() throws IOException {
    JsonNode patch =
        json("/openapi/v3/apis/apps/v1")
            .at("/paths/~1apis~1apps~1v1~1namespaces~1{namespace}~1deployments~1{name}/patch");
    assertThat(patch.get("parameters").findValuesAsText("name"))
        .containsExactly("dryRun", "fieldManager", "fieldValidation", "force");
    assertThat(patch.at("/requestBody/content").has("application/strategic-merge-patch+json"))
        .isTrue();
  }

  @Test
  void registeredTypeIsDescribed() throws IOException {
    registry.register(
        ResourceType.builder("example.com", "Widget").version(ServedVersion.of("v1")).build());
    JsonNode document = json("/openapi/v3/apis/example.com/v1");
    assertThat(document.at("/paths/~1apis~1example.com~1v1~1widgets/get/operationId").asText())
        .isEqualTo("listExampleComV1WidgetForAllNamespaces");
    JsonNode widget = document.at("/components/schemas/com.example.v1.Widget");
    assertThat(widget.at("/x-kubernetes-group-version-kind/0/kind").asText()).isEqualTo("Widget");
    assertThat(widget.at("/properties/metadata/allOf/0/$ref").asText())
        .isEqualTo("#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
    assertThat(json("/openapi/v2").at("/definitions").has("com.example.v1.WidgetList")).isTrue();
  }

  @Test
  void version2LeavesOutWhatKubectlWouldTakeForTooMuch() throws IOException {
    register("Open", "{'type':'object','x-kubernetes-preserve-unknown-fields':true}");
    register(
        "Part",
        """
        {'type':'object','description':'A part','properties':{
          'free':{'type':'object','x-kubernetes-preserve-unknown-fields':true,
            'properties':{'a':{'type':'string'}}},
          'list':{'type':'array','nullable':true,'items':{'type':'string'}},
          'one':{'type':'integer','anyOf':[{'minimum':1}],'allOf':[{'maximum':9}]}}}""");
    JsonNode definitions = json("/openapi/v2").get("definitions");
    assertThat(definitions.at("/com.example.v1.Open"))
        .hasToString(
            "{\"type\":\"object\",\"x-kubernetes-group-version-kind\":[{\"group\":\"example.com\","
                + "\"version\":\"v1\",\"kind\":\"Open\"}]}");
    JsonNode part = definitions.at("/com.example.v1.Part");
    assertThat(part.path("description").asText()).isEqualTo("A part");
    assertThat(part.at("/properties/free"))
        .hasToString("{\"x-kubernetes-preserve-unknown-fields\":true}");
    assertThat(part.at("/properties/list")).isEmpty();
    assertThat(part.at("/properties/one")).hasToString("{\"type\":\"integer\"}");
  }

  private void register(String kind, String schema) throws IOException {
    registry.register(
        ResourceType.builder("example.com", kind)
            .version(
                ServedVersion.of("v1")
                    .withSchema(
                        StructuralSchema.of(
                            (ObjectNode) new JsonMapper().readTree(schema.replace('\'', '"')))))
            .build());
  }
}
