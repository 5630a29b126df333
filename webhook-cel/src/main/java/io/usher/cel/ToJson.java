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

  private ToJson() {}

  static JsonNode of(Object value) throws ConditionException {
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
      return TextNode.valueOf(text);
    }
    if (value instanceof CelByteString bytes) {
      return TextNode.valueOf(Base64.getEncoder().encodeToString(bytes.toByteArray()));
    }
    if (value instanceof Instant time) {
      return TextNode.valueOf(TimeFunctions.text(time));
    }
    if (value instanceof Duration duration) {
      return TextNode.valueOf(TimeFunctions.text(duration));
    }
    if (value instanceof List<?> list) {
      return list(list);
    }
    if (value instanceof Map<?, ?> map) {
      return map(map);
    }
    if (value instanceof ObjectValue object) {
      return map(object.fields());
    }
    if (value instanceof PatchValue patch) {
      return patch(patch);
    }
    if (value instanceof Optional<?> optional && optional.isPresent()) {
      return of(optional.get());
    }
    throw new ConditionException(
        "unsupported native conversion from '" + Values.typeName(value) + "' to JSON");
  }

  private static ArrayNode list(List<?> list) throws ConditionException {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    for (Object each : list) {
      json.add(of(each));
    }
    return json;
  }

  private static ObjectNode map(Map<?, ?> map) throws ConditionException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      json.set(Values.printed(entry.getKey()), of(entry.getValue()));
    }
    return json;
  }

  private static ObjectNode patch(PatchValue patch) throws ConditionException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("op", patch.op());
    json.put("path", patch.path());
    if (!patch.from().isEmpty()) {
      json.put("from", patch.from());
    }
    if (patch.value() != null) {
      json.set("value", of(patch.value()));
    }
    return json;
  }
}
