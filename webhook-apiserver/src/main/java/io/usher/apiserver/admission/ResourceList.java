package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.schema.Quantity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BinaryOperator;

/** A {@code ResourceList}: quantities by the names of resources, as objects write them. */
final class ResourceList {

  private ResourceList() {}

  /** Reads one; empty for what is no object. */
  static Map<String, String> of(JsonNode json) {
    var list = new LinkedHashMap<String, String>();
    json.properties().forEach(each -> list.put(each.getKey(), each.getValue().asText()));
    return list;
  }

  /** Adds to the quantities of a list. */
  static void add(Map<String, String> list, Map<String, String> others) {
    merge(list, others, Quantity::add);
  }

  /** Raises the quantities of a list to those of another. */
  static void max(Map<String, String> list, Map<String, String> others) {
    merge(list, others, (one, other) -> isMore(other, one) ? other : one);
  }

  static boolean isMore(String one, String other) {
    return Quantity.value(one).compareTo(Quantity.value(other)) > 0;
  }

  private static void merge(
      Map<String, String> list, Map<String, String> others, BinaryOperator<String> merge) {
    others.forEach((name, quantity) -> list.merge(name, quantity, merge));
  }
}
