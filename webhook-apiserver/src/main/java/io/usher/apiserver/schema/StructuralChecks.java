package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.FieldError.Reason;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * What is wrong with an object by its schema, in kube-apiserver's words for custom resources.
 * Patterns are RE2's, whose time is linear: objects are not trusted.
 */
final class StructuralChecks {

  private final List<FieldError> errors = new ArrayList<>();

  private StructuralChecks() {}

  static List<FieldError> check(ObjectNode object, JsonNode schema) {
    var checks = new StructuralChecks();
    checks.object(object, schema, "");
    return checks.errors;
  }

  private void value(JsonNode value, JsonNode schema, String path) {
    String type = schema.path("type").asText();
    boolean either = schema.path("x-kubernetes-int-or-string").asBoolean();
    if (value.isNull() && schema.path("nullable").asBoolean()) {
      return;
    }
    if (either && !value.isTextual() && !value.isIntegralNumber()) {
      wrongType(value, "integer,string", path);
      return;
    }
    if (!either && !type.isEmpty() && !is(value, type)) {
      wrongType(value, type, path);
      return;
    }
    listed(value, schema, path);
    if (value instanceof ObjectNode object) {
      object(object, schema, path);
    } else if (value instanceof ArrayNode list) {
      list(list, schema, path);
    } else if (value.isTextual()) {
      text(value, schema, path);
    } else if (value.isNumber()) {
      number(value, schema, path);
    }
  }

  private static boolean is(JsonNode value, String type) {
    return switch (type) {
      case "integer" -> value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
      case "number" -> value.isNumber();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "array" -> value.isArray();
      case "object" -> value.isObject();
      default -> true;
    };
  }

  private void wrongType(JsonNode value, String expected, String path) {
    String actual =
        switch (value.getNodeType()) {
          case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
          case STRING -> "string";
          case BOOLEAN -> "boolean";
          case ARRAY -> "array";
          case NULL -> "null";
          default -> "object";
        };
    add(
        Reason.TYPE_INVALID,
        path,
        TextNode.valueOf(actual),
        path + " in body must be of type " + expected + ": \"" + actual + '"');
  }

  private void add(Reason reason, String path, JsonNode value, String detail) {
    errors.add(new FieldError(reason, path, value, detail));
  }

  private void invalid(String path, JsonNode value, String detail) {
    add(Reason.INVALID, path, value, path + " in body " + detail);
  }

  private void listed(JsonNode value, JsonNode schema, String path) {
    if (schema.path("enum") instanceof ArrayNode allowed) {
      var texts = new ArrayList<String>();
      for (JsonNode each : allowed) {
        if (each.equals(value)) {
          return;
        }
        texts.add(each.asText());
      }
      errors.add(FieldError.notSupported(path, value, texts));
    }
  }

  private void object(ObjectNode object, JsonNode schema, String path) {
    String prefix = path.isEmpty() ? "" : path + '.';
    for (JsonNode name : schema.path("required")) {
      if (!object.has(name.asText())) {
        errors.add(FieldError.required(prefix + name.asText(), ""));
      }
    }
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      JsonNode declared = schema.path("properties").path(member.getKey());
      if (!declared.isObject()) {
        declared = schema.path("additionalProperties");
      }
      // metadata is the generic server's
      if (!path.isEmpty() || !member.getKey().equals("metadata")) {
        value(member.getValue(), declared, prefix + member.getKey());
      }
    }
    int size = object.size();
    if (schema.has("minProperties") && size < schema.get("minProperties").asInt()) {
      invalid(path, object, "should have at least " + schema.get("minProperties") + " properties");
    }
    tooMany(size, schema.path("maxProperties"), path);
  }

  private void tooMany(int size, JsonNode most, String path) {
    if (most.isNumber() && size > most.asInt()) {
      add(Reason.TOO_MANY, path, IntNode.valueOf(size), "must have at most " + most + " items");
    }
  }

  private void list(ArrayNode list, JsonNode schema, String path) {
    if (schema.has("minItems") && list.size() < schema.get("minItems").asInt()) {
      invalid(
          path,
          IntNode.valueOf(list.size()),
          "should have at least " + schema.get("minItems") + " items");
    }
    tooMany(list.size(), schema.path("maxItems"), path);
    for (int i = 0; i < list.size(); i++) {
      value(list.get(i), schema.path("items"), path + '[' + i + ']');
    }
    unique(list, schema, path);
  }

  /** The elements of a set, and the keys of a map's, are there once. */
  private void unique(ArrayNode list, JsonNode schema, String path) {
    String type = schema.path("x-kubernetes-list-type").asText();
    if (!type.equals("set") && !type.equals("map")) {
      return;
    }
    var seen = new HashSet<JsonNode>();
    for (int i = 0; i < list.size(); i++) {
      JsonNode key = list.get(i);
      if (type.equals("map") && key instanceof ObjectNode element) {
        ObjectNode keys = element.objectNode();
        for (JsonNode name : schema.path("x-kubernetes-list-map-keys")) {
          if (element.has(name.asText())) {
            keys.set(name.asText(), element.get(name.asText()));
          }
        }
        key = keys;
      }
      if (!seen.add(key)) {
        errors.add(FieldError.duplicate(path + '[' + i + ']', key));
      }
    }
  }

  private void text(JsonNode value, JsonNode schema, String path) {
    String text = value.textValue();
    int length = text.codePointCount(0, text.length());
    if (schema.has("maxLength") && length > schema.get("maxLength").asInt()) {
      errors.add(
          new FieldError(
              Reason.TOO_LONG,
              path,
              null,
              "may not be more than " + schema.get("maxLength") + " bytes"));
    }
    if (schema.has("minLength") && length < schema.get("minLength").asInt()) {
      invalid(path, value, "should be at least " + schema.get("minLength") + " chars long");
    }
    String pattern = schema.path("pattern").asText();
    if (!pattern.isEmpty() && !matches(pattern, text)) {
      invalid(path, value, "should match '" + pattern + "'");
    }
    String format = schema.path("format").asText();
    if (!Formats.accepts(format, text)) {
      add(
          Reason.TYPE_INVALID,
          path,
          value,
          path + " in body must be of type " + format + ": " + value);
    }
  }

  private static boolean matches(String pattern, String text) {
    try {
      return Pattern.compile(pattern).matcher(text).find();
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  private void number(JsonNode value, JsonNode schema, String path) {
    BigDecimal number = value.decimalValue();
    if (schema.path("maximum").isNumber()) {
      boolean exclusive = schema.path("exclusiveMaximum").asBoolean();
      int order = number.compareTo(schema.get("maximum").decimalValue());
      if (order > 0 || exclusive && order == 0) {
        invalid(
            path,
            value,
            "should be less than " + (exclusive ? "" : "or equal to ") + schema.get("maximum"));
      }
    }
    if (schema.path("minimum").isNumber()) {
      boolean exclusive = schema.path("exclusiveMinimum").asBoolean();
      int order = number.compareTo(schema.get("minimum").decimalValue());
      if (order < 0 || exclusive && order == 0) {
        invalid(
            path,
            value,
            "should be greater than " + (exclusive ? "" : "or equal to ") + schema.get("minimum"));
      }
    }
    JsonNode multiple = schema.path("multipleOf");
    if (multiple.isNumber() && number.remainder(multiple.decimalValue()).signum() != 0) {
      invalid(path, value, "should be a multiple of " + multiple);
    }
  }
}
