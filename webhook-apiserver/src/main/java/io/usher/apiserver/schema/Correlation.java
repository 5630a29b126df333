package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a value was before a change. For one thread. */
final class Correlation {

  private final JsonNode value;
  private final SchemaNode schema;

  /** The elements of a list by their keys. */
  private @Nullable Map<String, JsonNode> elements;

  /**
   * @param value the value before
   * @param schema of the value, before and after
   */
  Correlation(JsonNode value, SchemaNode schema) {
    this.value = value;
    this.schema = schema;
  }

  JsonNode value() {
    return value;
  }

  /** What a member was; null where there was none. */
  @Nullable Correlation member(String name) {
    JsonNode member = value.get(name);
    SchemaNode declared = schema.member(name);
    return member == null || declared == null ? null : new Correlation(member, declared);
  }

  /** What an element of a list was, which is told by its keys; null where it has none. */
  @Nullable Correlation element(JsonNode element) {
    SchemaNode items = schema.items();
    if (items == null || !schema.listType().equals("map")) {
      return null;
    }
    if (elements == null) {
      elements = new HashMap<>();
      for (JsonNode each : value) {
        elements.putIfAbsent(ElementKey.of(each, schema.listMapKeys()), each);
      }
    }
    JsonNode before = elements.get(ElementKey.of(element, schema.listMapKeys()));
    return before == null ? null : new Correlation(before, items);
  }
}
