package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which members tell the elements of a list apart: those of its schema, else {@code name}. */
final class ElementIdentity {
  private static final List<String> NAME = List.of("name");

  /** Before what is no text, so that 1 and "1" differ. */
  private static final String NO_TEXT = "\0";

  private ElementIdentity() {}

  /** The sets of members to try, the best first. */
  static List<List<String>> candidates(FieldSchema field) {
    String mergeKey = field.mergeKey();
    if (field.listKeys().isEmpty() && mergeKey == null) {
      return List.of(NAME);
    }
    var candidates = new ArrayList<List<String>>(3);
    if (!field.listKeys().isEmpty()) {
      candidates.add(field.listKeys());
    }
    if (mergeKey != null) {
      candidates.add(List.of(mergeKey));
    }
    candidates.add(NAME);
    return candidates;
  }

  /** The index of each identity; null where an element has none or two share theirs. */
  static @Nullable Map<String, Integer> index(JsonNode array, int from, int to, List<String> keys) {
    var index = new HashMap<String, Integer>((to - from) * 4 / 3 + 1);
    for (int i = from; i < to; i++) {
      String identity = of(array.get(i), keys);
      if (identity == null || index.put(identity, i) != null) {
        return null;
      }
    }
    return index;
  }

  /** Whether an element has one of these identities. */
  static boolean isAmong(
      JsonNode array,
      int from,
      int to,
      List<String> keys,
      Map<String, Integer> one,
      Map<String, Integer> other) {
    for (int i = from; i < to; i++) {
      String identity = of(array.get(i), keys);
      if (identity != null && (one.containsKey(identity) || other.containsKey(identity))) {
        return true;
      }
    }
    return false;
  }

  /**
   * A text that two elements share when the members are equal; null where none of them is there.
   */
  static @Nullable String of(JsonNode element, List<String> keys) {
    if (keys.size() == 1) {
      JsonNode value = element.get(keys.get(0));
      return value == null ? null : text(value);
    }
    var identity = new StringBuilder();
    boolean any = false;
    for (String key : keys) {
      JsonNode value = element.get(key);
      String text = value == null ? "" : text(value);
      if (text == null) {
        return null;
      }
      any |= value != null;
      identity.append(text.length()).append(':').append(text);
    }
    return any ? identity.toString() : null;
  }

  private static @Nullable String text(JsonNode value) {
    if (value.isTextual()) {
      String text = value.textValue();
      return text.startsWith(NO_TEXT) ? null : text;
    }
    return value.isIntegralNumber() || value.isBoolean() ? NO_TEXT + value.asText() : null;
  }
}
