package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Takes fields out of an object. What nothing is left of becomes null, as in kube-apiserver. */
final class FieldRemoval {
  /** Null, but apart from what somebody wrote. */
  private static final NullNode GONE =
      new NullNode() {
        private static final long serialVersionUID = 1L;
      };

  private FieldRemoval() {}

  /** The object without the nulls that removals left in it. */
  static JsonNode cleared(JsonNode object) {
    if (object == GONE) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (object.isArray()) {
      ArrayNode left = JsonNodeFactory.instance.arrayNode(object.size());
      object.forEach(element -> left.add(cleared(element)));
      return left;
    }
    if (!object.isObject()) {
      return object;
    }
    ObjectNode left = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (member.getValue() != GONE) {
        left.set(member.getKey(), cleared(member.getValue()));
      }
    }
    return left;
  }

  /** The object without these fields; shares parts with the given one. */
  static JsonNode from(JsonNode object, FieldSet fields, FieldSchema schema) {
    return fields.isEmpty() ? object : value(object, fields, schema);
  }

  private static JsonNode value(JsonNode value, FieldSet fields, FieldSchema schema) {
    ValueKind kind = ValueKind.of(value);
    if (kind == ValueKind.SCALAR) {
      return value;
    }
    if (kind.hasOneOwner(schema)) {
      return GONE;
    }
    JsonNode left =
        kind == ValueKind.MAP ? members(value, fields, schema) : elements(value, fields, schema);
    return left.isEmpty() ? GONE : left;
  }

  private static ObjectNode members(JsonNode map, FieldSet fields, FieldSchema schema) {
    ObjectNode left = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> member : map.properties()) {
      String element = PathElement.field(member.getKey());
      if (!fields.has(element)) {
        FieldSet below = fields.below(element);
        left.set(
            member.getKey(),
            below == null
                ? member.getValue()
                : value(member.getValue(), below, schema.type().field(member.getKey())));
      }
    }
    return left;
  }

  private static ArrayNode elements(JsonNode list, FieldSet fields, FieldSchema schema) {
    ArrayNode left = JsonNodeFactory.instance.arrayNode();
    for (JsonNode value : list) {
      String element = PathElement.of(value, schema);
      if (!fields.has(element)) {
        FieldSet below = fields.below(element);
        left.add(below == null ? value : value(value, below, schema.element()));
      }
    }
    return left;
  }
}
