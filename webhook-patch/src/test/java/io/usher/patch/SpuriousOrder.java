package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A fault of the original: it sorts the original list of scalars in place before it compares it
 * with the modified one. So an unsorted list that did not change is given an order, and one that
 * was only sorted is given none.
 */
final class SpuriousOrder {
  private SpuriousOrder() {}

  /** Whether two patches differ only in orders that this fault adds or leaves out. */
  static boolean explains(JsonNode expected, JsonNode actual) {
    JsonNode left = without(expected, actual, false);
    JsonNode right = without(actual, expected, true);
    return JsonEquality.equal(left, right);
  }

  private static JsonNode without(JsonNode patch, JsonNode other, boolean sorted) {
    if (!(patch instanceof ObjectNode)) {
      return patch;
    }
    ObjectNode rest = Json.MAPPER.createObjectNode();
    for (Map.Entry<String, JsonNode> member : patch.properties()) {
      String name = member.getKey();
      boolean fault =
          name.startsWith(Directive.ELEMENT_ORDER)
              && !other.has(name)
              && isSorted(member.getValue()) == sorted;
      JsonNode value = without(member.getValue(), other.path(name), sorted);
      boolean emptied = value.isObject() && value.isEmpty() && !member.getValue().isEmpty();
      if (!fault && !emptied) {
        rest.set(name, value);
      }
    }
    return rest;
  }

  private static boolean isSorted(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(element -> texts.add(ValueType.text(element)));
    return texts.equals(texts.stream().sorted(ValueType.TEXT_ORDER).toList());
  }
}
