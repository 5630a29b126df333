package io.usher.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What expressions give, as JSON. */
final class ToJson {

  /** Of a value's node and its place among others. */
  private static final int BYTES_OF_A_NODE = 64;

  private ToJson() {}

  /** Counts all that the JSON takes when it is written, as parts of a value may be one. */
  static JsonNode of(Object value, Meter meter) throws ConditionException {
    meter.step();
    meter.made(BYTES_OF_A_NODE);
    if (value instanceof NullValue) {
      return NullNode.getInstance();
    }
    if (value instanceof Boolean b) {
      return BooleanNode.valueOf(b);
    }
    if (value instanceof Long number) {
      return LongNode.valueOf(number);
    }
    if (value instanceof UnsignedLong number) {
      return JsonNodeFactory.instance.numberNode(number.bigIntegerValue());
    }
    if (value instanceof Double number) {
      return DoubleNode.valueOf(number);
    }
    if (value instanceof String text) {
      StringFunctions.made(text, meter);
      return TextNode.valueOf(text);
    }
    if (value instanceof CelByteString bytes) {
      meter.made(2L * bytes.size());
      return TextNode.valueOf(Base64.getEncoder().encodeToString(bytes.toByteArray()));
    }
    if (value instanceof Instant time) {
      return TextNode.valueOf(TimeFunctions.text(time));
    }
    if (value instanceof Duration duration) {
      return TextNode.valueOf(TimeFunctions.text(duration));
    }
    if (value instanceof List<?> list) {
      return list(list, meter);
    }
    if (value instanceof Map<?, ?> map) {
      return map(map, meter);
    }
    if (value instanceof ObjectValue object) {
      return map(object.fields(), meter);
    }
    if (value instanceof PatchValue patch) {
      return patch(patch, meter);
    }
    if (value instanceof Optional<?> optional && optional.isPresent()) {
      return of(optional.get(), meter);
    }
    throw new ConditionException(
        "unsupported native conversion from '" + Values.typeName(value) + "' to JSON");
  }

  private static ArrayNode list(List<?> list, Meter meter) throws ConditionException {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    for (Object each : list) {
      json.add(of(each, meter));
    }
    return json;
  }

  private static ObjectNode map(Map<?, ?> map, Meter meter) throws ConditionException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      json.set(Values.printed(entry.getKey()), of(entry.getValue(), meter));
    }
    return json;
  }

  private static ObjectNode patch(PatchValue patch, Meter meter) throws ConditionException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("op", patch.op());
    json.put("path", patch.path());
    if (!patch.from().isEmpty()) {
      json.put("from", patch.from());
    }
    if (patch.value() != null) {
      json.set("value", of(patch.value(), meter));
    }
    return json;
  }
}
