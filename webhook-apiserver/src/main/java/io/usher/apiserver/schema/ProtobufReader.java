package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnknownFieldSet;
import io.usher.apiserver.schema.StructType.Field;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the JSON tree of a protobuf message whose type the tables know. One reader for one object.
 */
final class ProtobufReader {

  /** As deep as JSON may be. */
  private static final int MAX_DEPTH = 256;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  // of an entry of a map
  private static final int KEY = 1;
  private static final int VALUE = 2;

  // of v1.ExtraValue
  private static final int ITEMS = 1;

  private final TypeTable types;

  /** Of each type seen, the JSON names of its fields by their numbers; "" for what is inline. */
  private final Map<String, Map<String, String>> names = new HashMap<>();

  private int depth;

  ProtobufReader(TypeTable types) {
    this.types = types;
  }

  /** The fields of a message. They share its bytes, so that no level of a deep one is a copy. */
  static UnknownFieldSet fields(ByteString message) throws IOException {
    CodedInputStream in = message.newCodedInput();
    in.enableAliasing(true);
    UnknownFieldSet fields = UnknownFieldSet.newBuilder().mergeFrom(in).build();
    in.checkLastTagWas(0);
    return fields;
  }

  /**
   * The object of a message.
   *
   * @throws IOException when the bytes are no such message
   */
  ObjectNode object(ByteString message, StructType type) throws IOException {
    ObjectNode object = NODES.objectNode();
    readInto(object, message, type, "");
    return object;
  }

  ObjectNode object(ByteString message, String struct) throws IOException {
    return object(message, types.struct(struct));
  }

  /**
   * @param inline the number, with a dot, of the field whose message JSON has inline; or empty
   */
  private void readInto(ObjectNode object, ByteString message, StructType type, String inline)
      throws IOException {
    if (++depth > MAX_DEPTH) {
      throw new IOException("it is nested deeper than " + MAX_DEPTH);
    }
    Map<String, String> byNumber =
        names.computeIfAbsent(type.name(), absent -> namesByNumber(type));
    for (var each : fields(message).asMap().entrySet()) {
      String number = inline + each.getKey();
      String name = byNumber.get(number);
      Field field = name == null ? null : type.field(name);
      if (field != null && name != null) {
        object.set(name, value(each.getValue(), field.type()));
      } else if (name != null) {
        for (ByteString part : each.getValue().getLengthDelimitedList()) {
          readInto(object, part, type, number + '.');
        }
      }
    }
    depth--;
  }

  private static Map<String, String> namesByNumber(StructType type) {
    var names = new HashMap<String, String>();
    type.fields()
        .forEach(
            (name, field) -> {
              String number = field.number();
              names.put(number, name);
              for (int dot = number.indexOf('.'); dot > 0; dot = number.indexOf('.', dot + 1)) {
                names.put(number.substring(0, dot), "");
              }
            });
    return names;
  }

  private JsonNode value(UnknownFieldSet.Field field, ValueType type) throws IOException {
    return switch (type.kind()) {
      case BOOL -> BooleanNode.valueOf(last(field.getVarintList()) != 0);
      case INT32 -> IntNode.valueOf(last(field.getVarintList()).intValue());
      case INT64 -> LongNode.valueOf(last(field.getVarintList()));
      case FLOAT -> DoubleNode.valueOf(Double.longBitsToDouble(last(field.getFixed64List())));
      case LIST -> list(field, type.elementType());
      case MAP -> {
        ObjectNode map = NODES.objectNode();
        for (ByteString entry : field.getLengthDelimitedList()) {
          entry(entry, type.elementType(), map);
        }
        yield map;
      }
      default -> delimited(last(field.getLengthDelimitedList()), type);
    };
  }

  private static <T> T last(List<T> values) throws IOException {
    if (values.isEmpty()) {
      throw new IOException("a field is not of its type");
    }
    return values.get(values.size() - 1);
  }

  private JsonNode delimited(ByteString bytes, ValueType type) throws IOException {
    return switch (type.kind()) {
      case STRUCT -> object(bytes, type.struct());
      case STRING -> {
        if (!bytes.isValidUtf8()) {
          throw new IOException("a text is not UTF-8");
        }
        yield TextNode.valueOf(bytes.toStringUtf8());
      }
      case BYTES -> TextNode.valueOf(Base64.getEncoder().encodeToString(bytes.toByteArray()));
      default -> new ProtobufValue(fields(bytes)).json(type, this);
    };
  }

  private ArrayNode list(UnknownFieldSet.Field field, ValueType element) throws IOException {
    ArrayNode list = NODES.arrayNode();
    field.getVarintList().forEach(list::add);
    boolean integers =
        element.kind() == ValueType.Kind.INT32 || element.kind() == ValueType.Kind.INT64;
    for (ByteString bytes : field.getLengthDelimitedList()) {
      if (integers) {
        // packed
        CodedInputStream packed = bytes.newCodedInput();
        while (!packed.isAtEnd()) {
          list.add(packed.readInt64());
        }
      } else {
        list.add(delimited(bytes, element));
      }
    }
    return list;
  }

  private void entry(ByteString entry, ValueType type, ObjectNode map) throws IOException {
    var fields = new ProtobufValue(fields(entry));
    String key = fields.text(KEY);
    if (type.kind() == ValueType.Kind.LIST) {
      // a map can't hold lists: each is a message
      map.set(key, new ProtobufValue(fields(fields.bytes(VALUE))).texts(ITEMS));
    } else if (fields.has(VALUE)) {
      map.set(key, value(fields.fields().getField(VALUE), type));
    } else {
      map.set(key, ZeroValues.of(type));
    }
  }
}
