package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.ObjectSchema;
import io.usher.apiserver.schema.StructType.Field;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a tree what Go's decoder would see in it: unknown fields and values that say nothing are
 * gone, quantities and times are in their canonical form. One decoder for one object.
 *
 * <p>As in Go, a value of the wrong type does not end the decoding: the first one is reported at
 * the end, unless a value with a decoder of its own (a quantity, a time) is wrong; that is reported
 * at once.
 */
final class Decoder {

  private final TypeTable types;
  private final List<String> unknown = new ArrayList<>();
  private final StringBuilder path = new StringBuilder();
  private final List<String> goPath = new ArrayList<>();
  private String owner = "";
  private @Nullable String firstError;

  Decoder(TypeTable types) {
    this.types = types;
  }

  /**
   * Decodes a whole object, edited in place.
   *
   * @return the paths of the first {@value ObjectSchema#MAX_TOLD} unknown fields
   * @throws DecodingException when a value has the wrong type
   */
  List<String> decode(ObjectNode object, StructType type) {
    struct(object, type);
    if (firstError != null) {
      throw new DecodingException(firstError);
    }
    return unknown;
  }

  private void struct(ObjectNode object, StructType type) {
    for (Iterator<Map.Entry<String, JsonNode>> members = object.properties().iterator();
        members.hasNext(); ) {
      Map.Entry<String, JsonNode> member = members.next();
      Field field = type.field(member.getKey());
      if (field == null) {
        if (unknown.size() < ObjectSchema.MAX_TOLD) {
          unknown.add(path.length() == 0 ? member.getKey() : path + "." + member.getKey());
        }
        members.remove();
        continue;
      }
      int length = path.length();
      if (length > 0) {
        path.append('.');
      }
      path.append(member.getKey());
      goPath.add(member.getKey());
      String outer = owner;
      owner = type.simpleName();
      JsonNode value = value(member.getValue(), field.type());
      owner = outer;
      goPath.remove(goPath.size() - 1);
      path.setLength(length);
      if (value == null || field.presence() == Presence.OMITEMPTY && isZero(value)) {
        members.remove();
      } else if (value != member.getValue()) {
        member.setValue(value);
      }
    }
  }

  /** The value as decoded, null where it is none. */
  private @Nullable JsonNode value(JsonNode value, ValueType type) {
    if (value.isNull()) {
      return null;
    }
    return switch (type.kind()) {
      case STRUCT -> {
        if (value instanceof ObjectNode object) {
          struct(object, types.struct(type.struct()));
          yield value;
        }
        yield mismatch(value, type);
      }
      case LIST -> value instanceof ArrayNode list ? list(list, type) : mismatch(value, type);
      case MAP -> value instanceof ObjectNode map ? map(map, type) : mismatch(value, type);
      case STRING -> value.isTextual() ? value : mismatch(value, type);
      case BOOL -> value.isBoolean() ? value : mismatch(value, type);
      case FLOAT -> value.isNumber() ? value : mismatch(value, type);
      case INT32, INT64 -> fits(value, type) ? value : mismatch(value, type);
      case BYTES -> {
        if (value.isTextual()) {
          Base64Text.check(value.textValue());
          yield value;
        }
        yield mismatch(value, type);
      }
      case QUANTITY ->
          TextNode.valueOf(
              Quantity.canonical(value.isTextual() ? value.textValue() : value.toString()));
      case TIME -> Times.seconds(ownText(value));
      case MICRO_TIME -> Times.micros(ownText(value));
      case INT_OR_STRING -> {
        if (!value.isTextual() && !fits(value, INT32)) {
          throw new DecodingException(typeError(value, INT32, true));
        }
        yield value;
      }
      case ANY -> value;
    };
  }

  private static final ValueType INT32 = ValueType.parse("int32");
  private static final ValueType STRING = ValueType.parse("string");

  private String ownText(JsonNode value) {
    if (!value.isTextual()) {
      throw new DecodingException(typeError(value, STRING, false));
    }
    return value.textValue();
  }

  private ArrayNode list(ArrayNode list, ValueType type) {
    ValueType element = type.elementType();
    int length = path.length();
    for (int i = 0; i < list.size(); i++) {
      path.append('[').append(i).append(']');
      JsonNode old = list.get(i);
      JsonNode value = value(old, element);
      if (value == null) {
        value = ZeroValues.of(element);
      }
      if (value != old) {
        list.set(i, value);
      }
      path.setLength(length);
    }
    return list;
  }

  private ObjectNode map(ObjectNode map, ValueType type) {
    ValueType element = type.elementType();
    int length = path.length();
    for (Map.Entry<String, JsonNode> member : map.properties()) {
      path.append('.').append(member.getKey());
      JsonNode value = value(member.getValue(), element);
      if (value == null) {
        value = ZeroValues.of(element);
      }
      if (value != member.getValue()) {
        member.setValue(value);
      }
      path.setLength(length);
    }
    return map;
  }

  private static boolean fits(JsonNode value, ValueType type) {
    if (!value.isIntegralNumber()) {
      return false;
    }
    return type.kind() == ValueType.Kind.INT32 ? value.canConvertToInt() : value.canConvertToLong();
  }

  private @Nullable JsonNode mismatch(JsonNode value, ValueType type) {
    if (firstError == null) {
      boolean integer = type.kind() == ValueType.Kind.INT32 || type.kind() == ValueType.Kind.INT64;
      firstError = typeError(value, type, integer);
    }
    return null;
  }

  /** The text of Go's {@code json.UnmarshalTypeError}; the value shown where it does not fit. */
  private String typeError(JsonNode value, ValueType type, boolean showNumber) {
    String what =
        switch (value.getNodeType()) {
          case STRING -> "string";
          case NUMBER -> showNumber ? "number " + value : "number";
          case BOOLEAN -> "bool";
          case ARRAY -> "array";
          default -> "object";
        };
    String where =
        owner.isEmpty() ? "value" : "struct field " + owner + '.' + String.join(".", goPath);
    return "json: cannot unmarshal " + what + " into Go " + where + " of type " + type.goName();
  }

  private static boolean isZero(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY, OBJECT -> value.isEmpty();
      case BOOLEAN -> !value.booleanValue();
      case NUMBER -> value.decimalValue().signum() == 0;
      case STRING -> value.textValue().isEmpty();
      default -> false;
    };
  }
}
