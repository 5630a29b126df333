package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sets what is absent, or null where there can be none, and has a default. */
final class Defaulting {

  private Defaulting() {}

  static void set(JsonNode value, @Nullable SchemaNode schema) {
    if (schema == null) {
      return;
    }
    if (value instanceof ObjectNode object) {
      members(object, schema);
    } else if (value instanceof ArrayNode list && schema.items() != null) {
      JsonNode fallback = fallback(schema.items());
      for (int i = 0; i < list.size(); i++) {
        if (list.get(i).isNull() && fallback != null) {
          list.set(i, fallback.deepCopy());
        }
        set(list.get(i), schema.items());
      }
    }
  }

  private static void members(ObjectNode object, SchemaNode schema) {
    for (Map.Entry<String, SchemaNode> property : schema.properties().entrySet()) {
      JsonNode fallback = property.getValue().fallback();
      JsonNode present = object.get(property.getKey());
      boolean missing = present == null || present.isNull() && !property.getValue().isNullable();
      if (fallback != null && missing) {
        object.set(property.getKey(), fallback.deepCopy());
      }
    }
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      SchemaNode declared = schema.member(member.getKey());
      JsonNode fallback = declared == null ? null : fallback(declared);
      if (member.getValue().isNull() && fallback != null) {
        member.setValue(fallback.deepCopy());
      }
      set(member.getValue(), declared);
    }
  }

  /** What stands for null. */
  private static @Nullable JsonNode fallback(SchemaNode schema) {
    return schema.isNullable() ? null : schema.fallback();
  }
}
