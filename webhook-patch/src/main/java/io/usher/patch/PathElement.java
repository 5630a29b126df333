package io.usher.patch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a path in {@code fieldsV1}, as texts: {@code f:} and the name of a field, {@code k:}
 * and the keys of a list's element, {@code v:} and the element of a set, {@code i:} and an index.
 * Equal steps have equal texts.
 */
final class PathElement {
  static final String SELF = ".";

  private static final String FIELD = "f:";
  private static final String KEYS = "k:";
  private static final String VALUE = "v:";
  private static final String INDEX = "i:";

  /** Keys and values of elements nest little; a client can write anything. */
  private static final int MAX_DEPTH = 32;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private PathElement() {}

  static String field(String name) {
    return FIELD + name;
  }

  static boolean isField(String element) {
    return element.startsWith(FIELD);
  }

  /** The name in a step to a field. */
  static String name(String element) {
    return element.substring(FIELD.length());
  }

  static String index(int index) {
    return INDEX + index;
  }

  /**
   * The step to an element of a list that has not one owner.
   *
   * @throws PatchException when the element can't be told apart
   */
  static String of(JsonNode element, FieldSchema list) {
    return list.ownership() == FieldSchema.Ownership.SET ? ofValue(element) : ofKeys(element, list);
  }

  private static String ofValue(JsonNode element) {
    if (element.isContainerNode() || element.isNull()) {
      throw new PatchException(
          "",
          element.isObject()
              ? "associative list without keys has an element that's a map type"
              : element.isArray()
                  ? "not supported: associative list with lists as elements"
                  : "associative list without keys has an element that's an explicit null");
    }
    return VALUE + goJson(element);
  }

  private static String ofKeys(JsonNode element, FieldSchema list) {
    if (!element.isObject()) {
      throw new PatchException(
          "",
          element.isNull()
              ? "associative list with keys may not have a null element"
              : "associative list with keys may not have non-map elements");
    }
    List<String> keys = list.elementKeys();
    if (keys.size() == 1) {
      JsonNode value = keyValue(element, keys.get(0), list);
      if (value != null) {
        return KEYS + '{' + goJson(keys.get(0)) + ':' + goJson(value) + '}';
      }
    }
    var present = new TreeMap<String, JsonNode>();
    for (String key : keys) {
      JsonNode value = keyValue(element, key, list);
      if (value != null) {
        present.put(key, value);
      }
    }
    if (present.isEmpty()) {
      throw new PatchException(
          "",
          "associative list with keys has an element that omits all key fields [\""
              + String.join("\" \"", keys)
              + "\"] (and doesn't have default values for any key fields)");
    }
    return KEYS + goJson(present);
  }

  private static @Nullable JsonNode keyValue(JsonNode element, String key, FieldSchema list) {
    JsonNode value = element.get(key);
    return value == null ? list.keyDefaults().get(key) : value;
  }

  /**
   * A step that somebody wrote, as these methods write it.
   *
   * @return null for a kind of step that is not known
   * @throws PatchException when it is none
   */
  static @Nullable String parse(String text) {
    if (text.length() < 2 || text.charAt(1) != ':') {
      throw malformed(text);
    }
    return switch (text.substring(0, 2)) {
      case FIELD -> text;
      case VALUE -> VALUE + goJson(json(text));
      case KEYS -> {
        if (!(json(text) instanceof ObjectNode keys)) {
          throw malformed(text);
        }
        var sorted = new TreeMap<String, JsonNode>();
        keys.properties().forEach(key -> sorted.put(key.getKey(), key.getValue()));
        yield KEYS + goJson(sorted);
      }
      case INDEX -> {
        try {
          yield INDEX + Integer.parseInt(text.substring(2));
        } catch (NumberFormatException e) {
          throw malformed(text);
        }
      }
      default -> null;
    };
  }

  private static JsonNode json(String text) {
    try {
      JsonNode json = MAPPER.readTree(text.substring(2));
      if (!json.isMissingNode()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      // As below: its message would quote what a client sent.
    }
    throw malformed(text);
  }

  private static PatchException malformed(String text) {
    String shown = text.length() > 64 ? text.substring(0, 64) + "..." : text;
    return new PatchException(
        "", "read fieldsV1: \"" + shown + "\" must be f:NAME, k:{KEYS}, v:VALUE or i:INDEX");
  }

  private static String goJson(Map<String, JsonNode> members) {
    var out = new StringBuilder("{");
    members.forEach(
        (name, value) -> {
          if (out.length() > 1) {
            out.append(',');
          }
          out.append(goJson(name)).append(':').append(goJson(value));
        });
    return out.append('}').toString();
  }

  private static String goJson(String text) {
    return JsonNodeFactory.instance.textNode(text).toString();
  }

  /** As Go writes it: what HTML takes for its own is escaped. */
  private static String goJson(JsonNode value) {
    String json = value.toString();
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029') {
        return escaped(json);
      }
    }
    return json;
  }

  private static String escaped(String json) {
    var out = new StringBuilder(json.length() + 16);
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** A path for people: {@code .spec.containers[name="app"].image}. */
  static String display(List<String> path) {
    var out = new StringBuilder();
    for (String element : path) {
      String rest = element.substring(2);
      switch (element.substring(0, 2)) {
        case FIELD -> out.append('.').append(rest);
        case VALUE -> out.append("[=").append(json(element)).append(']');
        case KEYS -> {
          out.append('[');
          json(element)
              .properties()
              .forEach(
                  key ->
                      out.append(out.charAt(out.length() - 1) == '[' ? "" : ",")
                          .append(key.getKey())
                          .append('=')
                          .append(key.getValue()));
          out.append(']');
        }
        default -> out.append('[').append(rest).append(']');
      }
    }
    return out.toString();
  }
}
