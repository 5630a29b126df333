package io.usher.engine.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a class does not know of an object stays where it is when the conversion takes away the
 * object around it: {@code spec.old} goes to {@code spec.new}, but {@code spec.old.unknown} stays.
 * So it is there for who does know it, and when the object is converted back.
 */
final class UnknownFields {

  private UnknownFields() {}

  /**
   * The result with all that is in the object and not in what was shown of it.
   *
   * @param shown what the class knows of the object
   * @param result changed in place
   */
  static JsonNode kept(ObjectNode object, ObjectNode shown, JsonNode result) {
    if (result instanceof ObjectNode into) {
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        keep(member.getKey(), member.getValue(), shown.get(member.getKey()), into);
      }
    }
    return result;
  }

  private static void keep(
      String name, JsonNode value, @Nullable JsonNode shown, ObjectNode result) {
    JsonNode now = result.get(name);
    if (now == value || !(value instanceof ObjectNode object)) {
      return;
    }
    if (now == null && shown instanceof ObjectNode known) {
      JsonNode unknown = kept(object, known, JsonNodeFactory.instance.objectNode());
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        if (!known.has(member.getKey())) {
          ((ObjectNode) unknown).set(member.getKey(), member.getValue());
        }
      }
      if (!unknown.isEmpty()) {
        result.set(name, unknown);
      }
    } else if (now instanceof ObjectNode changed && shown instanceof ObjectNode known) {
      kept(object, known, changed);
    }
  }
}
