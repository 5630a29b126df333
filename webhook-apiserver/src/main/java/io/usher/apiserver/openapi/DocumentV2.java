package io.usher.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns paths and schemas of OpenAPI v3 into those of v2. */
final class DocumentV2 {

  private static final String DEFINITIONS = "#/definitions/";
  private static final String OPEN = "x-kubernetes-preserve-unknown-fields";
  private static final String NULLABLE = "nullable";

  private DocumentV2() {}

  /** The schema of a kind in v3, edited into one of v2. */
  static JsonNode kind(ObjectNode schema) {
    if (schema.path(OPEN).asBoolean()) {
      // With a member, kubectl would take all others for unknown.
      schema.retain("type", "x-kubernetes-group-version-kind", "x-kubernetes-selectable-fields");
    }
    return schema(schema);
  }

  /** A schema of v3, edited into one of v2. */
  private static JsonNode schema(JsonNode schema) {
    if (schema instanceof ObjectNode object) {
      object.remove("default");
      JsonNode all = object.remove("allOf");
      if (all != null && all.path(0).has("$ref")) {
        object.setAll((ObjectNode) all.get(0));
      }
      if (object.remove("oneOf") != null && !object.has("type")) {
        object.put("type", "string");
      }
      if (object.path("$ref").isTextual()) {
        object.put(
            "$ref", object.get("$ref").textValue().replace(Definitions.REFERENCE, DEFINITIONS));
      }
      object.path("properties").forEach(DocumentV2::schema);
      schema(object.path("items"));
      schema(object.path("additionalProperties"));
      withoutWhatV2Lacks(object);
    }
    return schema;
  }

  /**
   * Takes away what schemas of custom resources say and v2 has no words for, and what kubectl takes
   * for too much then. Members are done before.
   */
  private static void withoutWhatV2Lacks(ObjectNode schema) {
    schema.remove(List.of("anyOf", "not"));
    if (schema.remove(NULLABLE) != null) {
      schema.remove(List.of("type", "items", "properties"));
    }
    boolean open = schema.path(OPEN).asBoolean();
    if (open) {
      schema.remove(List.of("items", "properties"));
    }
    String type = schema.path("type").asText();
    if (open && type.equals("object") || type.equals("array") && !schema.has("items")) {
      schema.remove("type");
    }
  }

  /** The {@code paths} of v3, as v2 writes them. */
  static ObjectNode paths(ObjectNode paths) {
    ObjectNode json = Parameters.NODES.objectNode();
    for (Map.Entry<String, JsonNode> path : paths.properties()) {
      ObjectNode item = json.putObject(path.getKey());
      for (Map.Entry<String, JsonNode> each : path.getValue().properties()) {
        if (each.getValue() instanceof ObjectNode operation) {
          item.set(each.getKey(), operation(operation));
        } else {
          parameters(item.putArray("parameters"), each.getValue());
        }
      }
    }
    return json;
  }

  private static ObjectNode operation(ObjectNode v3) {
    ObjectNode json = Parameters.NODES.objectNode();
    JsonNode content = v3.at("/requestBody/content");
    json.set("description", v3.get("description"));
    ArrayNode consumes = json.putArray("consumes");
    List.copyOf(content.properties()).forEach(type -> consumes.add(type.getKey()));
    if (consumes.isEmpty()) {
      consumes.add("*/*");
    }
    ArrayNode produces = json.putArray("produces");
    JsonNode answers = v3.at("/responses/200/content");
    answers.properties().forEach(type -> produces.add(type.getKey()));
    json.putArray("schemes").add("https");
    json.set("tags", v3.get("tags"));
    json.set("operationId", v3.get("operationId"));
    ArrayNode parameters = Parameters.NODES.arrayNode();
    if (!content.isMissingNode()) {
      ObjectNode body = parameters.addObject().put("name", "body").put("in", "body");
      if (v3.at("/requestBody/required").booleanValue()) {
        body.put("required", true);
      }
      body.set("schema", schema(content.elements().next().get("schema").deepCopy()));
    }
    parameters(parameters, v3.path("parameters"));
    if (!parameters.isEmpty()) {
      json.set("parameters", parameters);
    }
    ObjectNode responses = json.putObject("responses");
    for (Map.Entry<String, JsonNode> each : v3.get("responses").properties()) {
      ObjectNode response = responses.putObject(each.getKey());
      response.set("description", each.getValue().get("description"));
      JsonNode schema = each.getValue().at("/content/application~1json/schema");
      if (!schema.isMissingNode()) {
        response.set("schema", schema(schema.deepCopy()));
      }
    }
    Set.of("x-kubernetes-action", "x-kubernetes-group-version-kind").stream()
        .filter(v3::has)
        .forEach(extension -> json.set(extension, v3.get(extension)));
    return json;
  }

  private static void parameters(ArrayNode into, JsonNode v3) {
    for (JsonNode each : v3) {
      ObjectNode parameter = each.deepCopy();
      parameter.setAll((ObjectNode) parameter.remove("schema"));
      into.add(parameter);
    }
  }
}
