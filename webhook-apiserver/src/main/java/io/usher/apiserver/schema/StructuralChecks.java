package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import io.usher.cel.ConditionException;
import io.usher.cel.Regex;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Whether a schema is structural, as kube-apiserver demands: each field has its type outside of
 * {@code allOf}, {@code anyOf}, {@code oneOf} and {@code not}, which only restrict values.
 */
final class StructuralChecks {

  /** Where a schema is. */
  private enum Level {
    ROOT("at the root"),
    ITEM("for specified array items"),
    FIELD("for specified object fields");

    private final String words;

    Level(String words) {
      this.words = words;
    }
  }

  /** What no alternative may have, with the words that say so. */
  private static final Map<String, String> NOT_NESTED =
      Map.ofEntries(
          Map.entry("type", "empty"),
          Map.entry("title", "empty"),
          Map.entry("description", "empty"),
          Map.entry("default", "undefined"),
          Map.entry("nullable", "false"),
          Map.entry("additionalProperties", "undefined"),
          Map.entry("x-kubernetes-preserve-unknown-fields", "false"),
          Map.entry("x-kubernetes-embedded-resource", "false"),
          Map.entry("x-kubernetes-int-or-string", "false"),
          Map.entry("x-kubernetes-list-map-keys", "empty"),
          Map.entry("x-kubernetes-list-type", "undefined"),
          Map.entry("x-kubernetes-map-type", "undefined"),
          Map.entry("x-kubernetes-validations", "empty"));

  private final List<FieldError> errors = new ArrayList<>();

  private StructuralChecks() {}

  /** What is wrong, in the order of the texts. */
  static List<FieldError> check(JsonNode schema, String path) {
    var checks = new StructuralChecks();
    checks.structure(schema, Level.ROOT, path);
    checks.completeness(schema, schema, path, path);
    checks.errors.sort(Comparator.comparing(FieldError::toString));
    return checks.errors;
  }

  private void structure(JsonNode schema, Level level, String path) {
    String type = schema.path("type").asText();
    boolean either = schema.path("x-kubernetes-int-or-string").asBoolean();
    boolean open = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
    boolean embedded = schema.path("x-kubernetes-embedded-resource").asBoolean();
    if (type.equals("array") && !schema.path("items").isObject()) {
      required(path + ".items", "must be specified");
    }
    if (schema.path("items").isObject()) {
      structure(schema.get("items"), Level.ITEM, path + ".items");
    }
    for (Map.Entry<String, JsonNode> each : schema.path("properties").properties()) {
      structure(each.getValue(), Level.FIELD, path + ".properties[" + each.getKey() + ']');
    }
    if (schema.has("additionalProperties")) {
      String at = path + ".additionalProperties";
      if (level == Level.ROOT) {
        forbidden(at, "must not be used at the root");
      }
      if (schema.get("additionalProperties").isObject()) {
        structure(schema.get("additionalProperties"), Level.FIELD, at);
      }
    }
    if (either && open) {
      invalid(
          path + ".x-kubernetes-preserve-unknown-fields",
          BooleanNode.TRUE,
          "must be false if x-kubernetes-int-or-string is true");
    }
    if (either && embedded) {
      invalid(
          path + ".x-kubernetes-embedded-resource",
          BooleanNode.TRUE,
          "must be false if x-kubernetes-int-or-string is true");
    }
    values(schema, level, path, isIntOrString(schema), isIntOrString(schema.at("/allOf/0")));
    type(schema, level, path, type);
    metadata(schema, level, path);
  }

  private void type(JsonNode schema, Level level, String path, String type) {
    boolean embedded = schema.path("x-kubernetes-embedded-resource").asBoolean();
    String at = path + ".type";
    if (embedded && !type.equals("object")) {
      String problem = "must be object if x-kubernetes-embedded-resource is true";
      if (type.isEmpty()) {
        required(at, problem);
      } else {
        invalid(at, TextNode.valueOf(type), problem);
      }
    } else if (type.isEmpty()
        && !schema.path("x-kubernetes-int-or-string").asBoolean()
        && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      required(at, "must not be empty " + level.words);
    }
    if (embedded && schema.has("additionalProperties")) {
      forbidden(
          path + ".additionalProperties",
          "must not be used if x-kubernetes-embedded-resource is set");
    }
    if (level == Level.ROOT && !type.isEmpty() && !type.equals("object")) {
      invalid(at, TextNode.valueOf(type), "must be object at the root");
    }
    if (embedded
        && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
        && schema.path("properties").isEmpty()) {
      required(
          path + ".properties",
          "must not be empty if x-kubernetes-embedded-resource is true without"
              + " x-kubernetes-preserve-unknown-fields");
    }
  }

  private void metadata(JsonNode schema, Level level, String path) {
    boolean checked =
        level == Level.ROOT || schema.path("x-kubernetes-embedded-resource").asBoolean();
    JsonNode properties = schema.path("properties");
    for (String name : List.of("kind", "apiVersion")) {
      String type = properties.path(name).path("type").asText();
      if (checked && properties.has(name) && !type.equals("string")) {
        invalid(path + ".properties[" + name + "].type", TextNode.valueOf(type), "must be string");
      }
    }
    JsonNode metadata = properties.path("metadata");
    if (!metadata.isObject()) {
      return;
    }
    String at = path + ".properties[metadata]";
    String type = metadata.path("type").asText();
    if (checked && !type.equals("object")) {
      invalid(at + ".type", TextNode.valueOf(type), "must be object");
    }
    if (level == Level.ROOT && saysMoreThanNames(metadata.deepCopy())) {
      forbidden(
          at,
          "must not specify anything other than name and generateName, but metadata is implicitly"
              + " specified");
    }
  }

  private static boolean saysMoreThanNames(ObjectNode metadata) {
    metadata.remove(List.of("type", "default"));
    if (metadata.get("properties") instanceof ObjectNode properties) {
      ObjectNode others = properties.deepCopy();
      others.remove(List.of("name", "generateName"));
      if (others.isEmpty()) {
        metadata.remove("properties");
      }
    }
    return !metadata.isEmpty();
  }

  /** {@code anyOf} an integer and a text, which says again what the extension says. */
  private static boolean isIntOrString(JsonNode schema) {
    JsonNode any = schema.path("anyOf");
    return any.size() == 2 && isType(any.get(0), "integer") && isType(any.get(1), "string");
  }

  private static boolean isType(JsonNode schema, String type) {
    return schema.size() == 1 && schema.path("type").asText().equals(type);
  }

  private void values(
      JsonNode schema, Level level, String path, boolean skipAnyOf, boolean skipFirstAnyOf) {
    if (!skipAnyOf) {
      nestedAll(schema, "anyOf", level, path, false);
    }
    nestedAll(schema, "allOf", level, path, skipFirstAnyOf);
    nestedAll(schema, "oneOf", level, path, false);
    if (schema.path("not").isObject()) {
      nested(schema.get("not"), level, path + ".not", false);
    }
    String pattern = schema.path("pattern").asText();
    try {
      Regex.of(pattern);
    } catch (ConditionException e) {
      String problem = "must be a valid regular expression, but isn't: " + e.getMessage();
      invalid(path + ".pattern", TextNode.valueOf(pattern), problem);
    }
  }

  private void nestedAll(
      JsonNode schema, String keyword, Level level, String path, boolean skipFirstAnyOf) {
    JsonNode list = schema.path(keyword);
    for (int i = 0; i < list.size(); i++) {
      nested(list.get(i), level, path + '.' + keyword + '[' + i + ']', skipFirstAnyOf && i == 0);
    }
  }

  private void nested(JsonNode schema, Level level, String path, boolean skipAnyOf) {
    values(schema, level, path, skipAnyOf, false);
    if (schema.path("items").isObject()) {
      nested(schema.get("items"), level, path + ".items", false);
    }
    for (Map.Entry<String, JsonNode> each : schema.path("properties").properties()) {
      String at = path + ".properties[" + each.getKey() + ']';
      nested(each.getValue(), Level.FIELD, at, false);
      if (each.getKey().equals("metadata")) {
        forbidden(at, "must not be specified in a nested context");
      }
    }
    NOT_NESTED.forEach(
        (keyword, words) -> {
          if (isSet(schema.path(keyword))) {
            forbidden(path + '.' + keyword, "must be " + words + " to be structural");
          }
        });
  }

  private static boolean isSet(JsonNode value) {
    return switch (value.getNodeType()) {
      case MISSING, NULL -> false;
      case BOOLEAN -> value.booleanValue();
      case STRING -> !value.textValue().isEmpty();
      case ARRAY -> !value.isEmpty();
      default -> true;
    };
  }

  /** What alternatives restrict is declared outside of them. */
  private void completeness(JsonNode schema, JsonNode declared, String path, String declaredPath) {
    if (schema.path("not").isObject()) {
      restriction(schema.get("not"), declared, path + ".not", declaredPath);
    }
    for (String keyword : List.of("allOf", "anyOf", "oneOf")) {
      JsonNode list = schema.path(keyword);
      for (int i = 0; i < list.size(); i++) {
        restriction(list.get(i), declared, path + '.' + keyword + '[' + i + ']', declaredPath);
      }
    }
  }

  private void restriction(JsonNode nested, JsonNode declared, String path, String declaredPath) {
    completeness(nested, declared, path, declaredPath);
    if (nested.path("items").isObject()) {
      String at = declaredPath + ".items";
      if (declared.path("items").isObject()) {
        restriction(nested.get("items"), declared.get("items"), path + ".items", at);
      } else {
        required(at, "because it is defined in " + path + ".items");
      }
    }
    for (Map.Entry<String, JsonNode> each : nested.path("properties").properties()) {
      String key = ".properties[" + each.getKey() + ']';
      JsonNode property = declared.path("properties").path(each.getKey());
      if (property.isObject()) {
        restriction(each.getValue(), property, path + key, declaredPath + key);
      } else {
        required(declaredPath + key, "because it is defined in " + path + key);
      }
    }
  }

  private void required(String path, String detail) {
    errors.add(FieldError.required(path, detail));
  }

  private void forbidden(String path, String detail) {
    errors.add(FieldError.forbidden(path, detail));
  }

  private void invalid(String path, JsonNode value, String detail) {
    errors.add(FieldError.invalid(path, value, detail));
  }
}
