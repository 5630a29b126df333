package io.usher.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Objects without what a structural schema does not have. */
final class PrunedObjects {

  private PrunedObjects() {}

  /** Removes what the schema does not have; the object's own type and metadata stay. */
  static void prune(ObjectNode object, JsonNode schema) {
    members(object, schema, true);
  }

  private static void value(JsonNode value, JsonNode schema) {
    if (value instanceof ObjectNode object) {
      members(object, schema, schema.path("x-kubernetes-embedded-resource").asBoolean());
    } else if (value.isArray()) {
      value.forEach(element -> value(element, schema.path("items")));
    }
  }

  private static void members(ObjectNode object, JsonNode schema, boolean resource) {
    JsonNode others = schema.path("additionalProperties");
    boolean keeps =
        schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
            || others.isObject()
            || others.asBoolean();
    Iterator<Map.Entry<String, JsonNode>> members = object.properties().iterator();
    while (members.hasNext()) {
      Map.Entry<String, JsonNode> member = members.next();
      String name = member.getKey();
      JsonNode of = schema.path("properties").path(name);
      boolean own = resource && List.of("apiVersion", "kind", "metadata").contains(name);
      if (own) {
        continue;
      }
      if (!of.isMissingNode()) {
        value(member.getValue(), of);
      } else if (others.isObject()) {
        value(member.getValue(), others);
      } else if (!keeps) {
        members.remove();
      }
    }
  }

  /** Removes a field, of each element where it passes through a list. */
  static void remove(JsonNode from, List<String> members) {
    if (from.isArray()) {
      from.forEach(element -> remove(element, members));
    } else if (from instanceof ObjectNode object) {
      if (members.size() == 1) {
        object.remove(members.get(0));
      } else {
        remove(object.path(members.get(0)), members.subList(1, members.size()));
      }
    }
  }

  /** The object as it is read again, so that equal numbers are equal. */
  static ObjectNode normal(ObjectNode object) {
    return Documents.parse("the object", object.toString());
  }
}
