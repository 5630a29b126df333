package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether the elements of sets, and the keys of the elements of lists that are maps, are unique.
 */
final class ListChecks {

  private final List<FieldError> errors = new ArrayList<>();

  private ListChecks() {}

  static List<FieldError> check(ObjectNode object, SchemaNode schema) {
    var checks = new ListChecks();
    checks.value(object, schema, "");
    return checks.errors;
  }

  private void value(JsonNode value, SchemaNode schema, String path) {
    if (value instanceof ObjectNode object) {
      members(object, schema, path);
    } else if (value instanceof ArrayNode list) {
      if (schema.listType().equals("set")) {
        duplicates(list, path);
      } else if (schema.listType().equals("map")) {
        map(list, schema, path);
      }
      SchemaNode items = schema.items();
      for (int i = 0; items != null && i < list.size(); i++) {
        value(list.get(i), items, path + '[' + i + ']');
      }
    }
  }

  private void members(ObjectNode object, SchemaNode schema, String path) {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      SchemaNode property = schema.property(member.getKey());
      SchemaNode values = schema.values();
      if (property != null) {
        String at = path.isEmpty() ? member.getKey() : path + '.' + member.getKey();
        value(member.getValue(), property, at);
      } else if (values != null) {
        value(member.getValue(), values, path + '[' + member.getKey() + ']');
      }
    }
  }

  /** An element that is there several times is named where it is there the second time. */
  private void duplicates(Iterable<JsonNode> elements, String path) {
    var times = new HashMap<String, Integer>();
    int i = 0;
    for (JsonNode each : elements) {
      if (times.merge(ElementKey.of(each), 1, Integer::sum) == 2
          && errors.size() <= ToldErrors.MOST) {
        errors.add(FieldError.duplicate(path + '[' + i + ']', each));
      }
      i++;
    }
  }

  private void map(ArrayNode list, SchemaNode schema, String path) {
    var keys = new ArrayList<JsonNode>(list.size());
    for (int i = 0; i < list.size(); i++) {
      JsonNode element = list.get(i);
      if (!element.isObject() && !element.isNull()) {
        errors.add(
            FieldError.invalid(
                path + '[' + i + ']', element, "must be an object for an array of list-type map"));
        return;
      }
      ObjectNode key = JsonNodeFactory.instance.objectNode();
      schema.listMapKeys().stream()
          .filter(element::has)
          .forEach(name -> key.set(name, element.get(name)));
      keys.add(key);
    }
    duplicates(keys, path);
  }
}
