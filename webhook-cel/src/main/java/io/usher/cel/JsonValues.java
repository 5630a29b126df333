package io.usher.cel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.values.NullValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/** JSON as CEL's values: integers are {@code int}, other numbers {@code double}. */
final class JsonValues {

  private JsonValues() {}

  static Object of(JsonNode json) {
    return switch (json.getNodeType()) {
      case OBJECT, POJO -> {
        Map<String, Object> map = new LinkedHashMap<>();
        json.properties().forEach(each -> map.put(each.getKey(), of(each.getValue())));
        yield map;
      }
      case ARRAY -> {
        var list = new ArrayList<Object>(json.size());
        json.forEach(each -> list.add(of(each)));
        yield list;
      }
      case NUMBER ->
          json.canConvertToLong() && json.isIntegralNumber()
              ? (Object) json.longValue()
              : (Object) json.doubleValue();
      case BOOLEAN -> json.booleanValue();
      case STRING, BINARY -> json.asText();
      case NULL, MISSING -> NullValue.NULL_VALUE;
    };
  }
}
