package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;

/** Copies of documents with lists of scalars sorted, as Kubernetes leaves them behind. */
final class SortedLists {
  private SortedLists() {}

  /** With those sorted that a strategic merge patch merges. */
  static JsonNode merged(JsonNode node, FieldSchema field) {
    if (node instanceof ObjectNode object && field.strategy() != FieldSchema.Strategy.REPLACE) {
      return copy(object, (name, value) -> merged(value, field.type().field(name)));
    }
    if (node.isArray() && field.strategy() == FieldSchema.Strategy.MERGE) {
      List<JsonNode> elements = sortedIfScalars(node);
      elements.replaceAll(element -> merged(element, FieldSchema.of(field.type())));
      return Json.MAPPER.createArrayNode().addAll(elements);
    }
    return node;
  }

  /** With all sorted. */
  static JsonNode in(JsonNode node) {
    if (node instanceof ObjectNode object) {
      return copy(object, (name, value) -> in(value));
    }
    if (node.isArray()) {
      List<JsonNode> elements = sortedIfScalars(node);
      elements.replaceAll(SortedLists::in);
      return Json.MAPPER.createArrayNode().addAll(elements);
    }
    return node;
  }

  private static JsonNode copy(ObjectNode object, BiFunction<String, JsonNode, JsonNode> change) {
    ObjectNode copy = Json.MAPPER.createObjectNode();
    object
        .properties()
        .forEach(
            member -> copy.set(member.getKey(), change.apply(member.getKey(), member.getValue())));
    return copy;
  }

  private static List<JsonNode> sortedIfScalars(JsonNode array) {
    List<JsonNode> elements = MergeList.elements(array);
    if (elements.stream().noneMatch(JsonNode::isContainerNode)) {
      elements.sort(Comparator.comparing(ValueType::text, ValueType.TEXT_ORDER));
    }
    return elements;
  }
}
