package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.schema.StructType.Field;
import java.util.Map;

/** Fills in what Go writes of fields that nobody has set. */
final class ZeroValues {

  private final TypeTable types;

  ZeroValues(TypeTable types) {
    this.types = types;
  }

  /** Adds every field that is always written, in the object and all that it holds. */
  void fill(ObjectNode object, StructType type) {
    for (Map.Entry<String, Field> each : type.fields().entrySet()) {
      Field field = each.getValue();
      JsonNode value = object.get(each.getKey());
      if (value == null && field.presence() == Presence.ALWAYS) {
        value = of(field.type());
        object.set(each.getKey(), value);
      }
      if (value == null && field.presence() == Presence.NULLABLE) {
        object.putNull(each.getKey());
      } else if (value != null) {
        fill(value, field.type());
      }
    }
  }

  private void fill(JsonNode value, ValueType type) {
    switch (type.kind()) {
      case STRUCT -> {
        if (value instanceof ObjectNode object) {
          fill(object, types.struct(type.struct()));
        }
      }
      case LIST, MAP -> {
        ValueType.Kind element = type.elementType().kind();
        if (element == ValueType.Kind.STRUCT || element == ValueType.Kind.LIST) {
          value.forEach(each -> fill(each, type.elementType()));
        }
      }
      case STRING, BOOL, INT32, INT64, FLOAT, BYTES -> {}
      case QUANTITY, TIME, MICRO_TIME, INT_OR_STRING, ANY -> {}
    }
  }

  /** What a value of this type is when nothing sets it. */
  static JsonNode of(ValueType type) {
    return switch (type.kind()) {
      case STRUCT -> JsonNodeFactory.instance.objectNode();
      case STRING -> TextNode.valueOf("");
      case BOOL -> BooleanNode.FALSE;
      case INT32, INT64, FLOAT, INT_OR_STRING -> IntNode.valueOf(0);
      case QUANTITY -> TextNode.valueOf("0");
      case LIST, MAP, BYTES, TIME, MICRO_TIME, ANY -> NullNode.instance;
    };
  }
}
