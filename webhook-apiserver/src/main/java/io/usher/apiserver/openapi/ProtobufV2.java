package io.usher.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * The document of version 2 as protobuf, the only form that client-go's discovery asks for: message
 * {@code Document} of gnostic's {@code openapi.v2}. The numbers are those of its fields.
 */
final class ProtobufV2 {

  static final String ACCEPTED = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
  static final String CONTENT_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

  private static final Map<String, Integer> METHODS =
      Map.of("get", 2, "put", 3, "post", 4, "delete", 5, "patch", 8);

  private ProtobufV2() {}

  static byte[] of(ObjectNode document) {
    var paths = new ProtobufWriter();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      paths.message(2, named(path.getKey(), pathItem(path.getValue())));
    }
    var definitions = new ProtobufWriter();
    for (Map.Entry<String, JsonNode> each : document.path("definitions").properties()) {
      definitions.message(1, named(each.getKey(), schema(each.getValue())));
    }
    JsonNode info = document.path("info");
    return new ProtobufWriter()
        .text(1, document.path("swagger").asText())
        .message(
            2,
            new ProtobufWriter()
                .text(1, info.path("title").asText())
                .text(2, info.path("version").asText()))
        .message(8, paths)
        .message(9, definitions)
        .bytes();
  }

  private static ProtobufWriter named(String name, ProtobufWriter value) {
    return new ProtobufWriter().text(1, name).message(2, value);
  }

  private static ProtobufWriter pathItem(JsonNode item) {
    var message = new ProtobufWriter();
    for (Map.Entry<String, JsonNode> each : item.properties()) {
      Integer method = METHODS.get(each.getKey());
      if (method != null) {
        message.message(method, operation(each.getValue()));
      }
    }
    item.path("parameters").forEach(each -> message.message(9, parameter(each)));
    return message;
  }

  private static ProtobufWriter operation(JsonNode operation) {
    var message = new ProtobufWriter();
    texts(message, 1, operation.path("tags"));
    message
        .textIfAny(3, operation.path("description").asText())
        .textIfAny(5, operation.path("operationId").asText());
    texts(message, 6, operation.path("produces"));
    texts(message, 7, operation.path("consumes"));
    operation.path("parameters").forEach(each -> message.message(8, parameter(each)));
    var responses = new ProtobufWriter();
    for (Map.Entry<String, JsonNode> each : operation.path("responses").properties()) {
      responses.message(
          1, named(each.getKey(), new ProtobufWriter().message(1, response(each.getValue()))));
    }
    message.message(9, responses);
    texts(message, 10, operation.path("schemes"));
    extensions(message, 13, operation);
    return message;
  }

  private static ProtobufWriter response(JsonNode response) {
    var message = new ProtobufWriter().textIfAny(1, response.path("description").asText());
    if (response.has("schema")) {
      message.message(2, new ProtobufWriter().message(1, schema(response.get("schema"))));
    }
    return message;
  }

  private static ProtobufWriter parameter(JsonNode parameter) {
    String in = parameter.path("in").asText();
    String name = parameter.path("name").asText();
    boolean required = parameter.path("required").asBoolean();
    ProtobufWriter message =
        switch (in) {
          case "body" ->
              new ProtobufWriter()
                  .message(
                      1,
                      new ProtobufWriter()
                          .text(2, name)
                          .text(3, in)
                          .flag(4, required)
                          .message(5, schema(parameter.path("schema"))));
          case "path" -> nonBody(4, parameter, 5, 19);
          default -> nonBody(3, parameter, 6, 20);
        };
    return new ProtobufWriter().message(1, message);
  }

  private static ProtobufWriter nonBody(int kind, JsonNode parameter, int type, int unique) {
    var message =
        new ProtobufWriter()
            .flag(1, parameter.path("required").asBoolean())
            .text(2, parameter.path("in").asText())
            .textIfAny(3, parameter.path("description").asText())
            .text(4, parameter.path("name").asText())
            .textIfAny(type, parameter.path("type").asText())
            .flag(unique, parameter.path("uniqueItems").asBoolean());
    return new ProtobufWriter().message(2, new ProtobufWriter().message(kind, message));
  }

  private static ProtobufWriter schema(JsonNode schema) {
    var message =
        new ProtobufWriter()
            .textIfAny(1, schema.path("$ref").asText())
            .textIfAny(2, schema.path("format").asText())
            .textIfAny(4, schema.path("description").asText());
    texts(message, 19, schema.path("required"));
    schema.path("enum").forEach(each -> message.message(20, any(each)));
    JsonNode values = schema.path("additionalProperties");
    if (values.isObject()) {
      message.message(21, new ProtobufWriter().message(1, schema(values)));
    } else if (values.isBoolean()) {
      message.message(21, new ProtobufWriter().flag(2, values.booleanValue()));
    }
    if (schema.has("type")) {
      message.message(22, new ProtobufWriter().text(1, schema.get("type").asText()));
    }
    if (schema.has("items")) {
      message.message(23, new ProtobufWriter().message(1, schema(schema.get("items"))));
    }
    if (schema.has("properties")) {
      var properties = new ProtobufWriter();
      for (Map.Entry<String, JsonNode> each : schema.get("properties").properties()) {
        properties.message(1, named(each.getKey(), schema(each.getValue())));
      }
      message.message(25, properties);
    }
    extensions(message, 31, schema);
    return message;
  }

  private static void extensions(ProtobufWriter message, int field, JsonNode json) {
    for (Map.Entry<String, JsonNode> each : json.properties()) {
      if (each.getKey().startsWith("x-")) {
        message.message(field, named(each.getKey(), any(each.getValue())));
      }
    }
  }

  /** Any value as YAML, which JSON is. */
  private static ProtobufWriter any(JsonNode value) {
    return new ProtobufWriter().text(2, value.toString());
  }

  private static void texts(ProtobufWriter message, int field, JsonNode list) {
    list.forEach(each -> message.text(field, each.asText()));
  }
}
