package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** The fields that an object has: those that a manager owns who applies it. */
final class ObjectFields {
  private final FieldSet fields = new FieldSet();
  private final List<String> path = new ArrayList<>();

  private ObjectFields() {}

  /**
   * The fields of an object.
   *
   * @throws PatchException when elements of a list can't be told apart
   */
  static FieldSet of(JsonNode object, FieldSchema schema) {
    var walk = new ObjectFields();
    walk.value(object, schema);
    return walk.fields;
  }

  private void value(JsonNode value, FieldSchema schema) {
    ValueKind kind = ValueKind.of(value);
    if (kind.hasOneOwner(schema)) {
      fields.add(path);
    } else if (kind == ValueKind.MAP) {
      members(value, schema);
    } else {
      elements(value, schema);
    }
  }

  private void members(JsonNode map, FieldSchema schema) {
    for (Map.Entry<String, JsonNode> member : map.properties()) {
      path.add(PathElement.field(member.getKey()));
      JsonNode value = member.getValue();
      value(value, schema.type().field(member.getKey()));
      if (value.isObject() && value.isEmpty() || !schema.type().names(member.getKey())) {
        fields.add(path);
      }
      path.remove(path.size() - 1);
    }
  }

  private void elements(JsonNode list, FieldSchema schema) {
    var seen = new HashSet<String>();
    var repeated = new HashSet<String>();
    var steps = new ArrayList<String>(list.size());
    for (JsonNode element : list) {
      String step = PathElement.of(element, schema);
      steps.add(step);
      if (!seen.add(step)) {
        repeated.add(step);
      }
    }
    for (int i = 0; i < steps.size(); i++) {
      path.add(steps.get(i));
      if (!repeated.contains(steps.get(i))) {
        value(list.get(i), schema.element());
      }
      fields.add(path);
      path.remove(path.size() - 1);
    }
  }
}
