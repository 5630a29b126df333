package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * A value that is a message in protobuf, but no object of named fields in JSON: a quantity, a time.
 *
 * @param fields of the message
 */
record ProtobufValue(UnknownFieldSet fields) {

  private static final String SCHEMA =
      "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .nodeFactory(new JsonNodeFactory(true))
          .build();

  JsonNode json(ValueType type, ProtobufReader reader) throws IOException {
    return switch (type.kind()) {
      case QUANTITY -> TextNode.valueOf(text(1));
      case TIME -> time(integer(1), 0);
      case MICRO_TIME -> time(integer(1), integer(2));
      case INT_OR_STRING ->
          integer(1) == 0 ? IntNode.valueOf((int) integer(2)) : TextNode.valueOf(text(3));
      default ->
          switch (type.goName()) {
            case "v1.JSONSchemaPropsOrBool" ->
                has(2) ? reader.object(bytes(2), SCHEMA) : BooleanNode.valueOf(integer(1) != 0);
            case "v1.JSONSchemaPropsOrArray" ->
                has(1) ? reader.object(bytes(1), SCHEMA) : schemas(reader);
            case "v1.JSONSchemaPropsOrStringArray" ->
                has(1) ? reader.object(bytes(1), SCHEMA) : texts(2);
            default -> has(1) ? JSON.readTree(bytes(1).newInput()) : NullNode.instance;
          };
    };
  }

  private static JsonNode time(long seconds, long nanos) throws IOException {
    // what Go's zero time is written as
    if (seconds == 0 && nanos == 0) {
      return NullNode.instance;
    }
    try {
      return TextNode.valueOf(Instant.ofEpochSecond(seconds, nanos).toString());
    } catch (DateTimeException | ArithmeticException e) {
      throw new IOException("a time is " + seconds + " s from 1970", e);
    }
  }

  private ArrayNode schemas(ProtobufReader reader) throws IOException {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (ByteString each : fields.getField(2).getLengthDelimitedList()) {
      list.add(reader.object(each, SCHEMA));
    }
    return list;
  }

  /** The elements of a field that is a list of texts. */
  ArrayNode texts(int number) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    fields.getField(number).getLengthDelimitedList().forEach(each -> list.add(each.toStringUtf8()));
    return list;
  }

  boolean has(int number) {
    return fields.hasField(number);
  }

  private long integer(int number) {
    return fields.getField(number).getVarintList().stream().reduce(0L, (first, last) -> last);
  }

  String text(int number) {
    return bytes(number).toStringUtf8();
  }

  ByteString bytes(int number) {
    return fields.getField(number).getLengthDelimitedList().stream()
        .reduce(ByteString.EMPTY, (first, last) -> last);
  }
}
