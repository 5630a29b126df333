package io.usher.testkit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.json.Yaml;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** JSON trees from and to YAML and Java objects, numbers exact. */
final class Documents {

  /** JSON is YAML too: this one reads both. */
  private static final ObjectMapper MAPPER =
      Yaml.mapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private Documents() {}

  /**
   * The object that this text holds.
   *
   * @param source for messages: where the text is from
   * @throws IllegalArgumentException when it holds no object
   */
  static ObjectNode parse(String source, String yaml) {
    if (read(source, yaml) instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException(source + " holds no object");
  }

  /**
   * The objects of a text of one or several documents; empty documents count for nothing.
   *
   * @param source for messages: where the text is from
   * @throws IllegalArgumentException when one is no object
   */
  static List<ObjectNode> parseAll(String source, String yaml) {
    var objects = new ArrayList<ObjectNode>();
    try (JsonParser parser = Yaml.parser(yaml)) {
      for (JsonNode document = MAPPER.readTree(parser);
          document != null;
          document = MAPPER.readTree(parser)) {
        if (document instanceof ObjectNode object) {
          objects.add(object);
        } else if (!document.isNull()) {
          throw new IllegalArgumentException(source + " holds what is no object: " + document);
        }
      }
      return objects;
    } catch (IOException e) {
      throw new IllegalArgumentException("read " + source + ": " + e.getMessage(), e);
    }
  }

  /**
   * The JSON or YAML value that this text holds.
   *
   * @param source for messages: where the text is from
   * @throws IllegalArgumentException when it is neither
   */
  static JsonNode read(String source, String text) {
    try {
      return MAPPER.readTree(Yaml.parser(text));
    } catch (IOException e) {
      throw new IllegalArgumentException("read " + source + ": " + e.getMessage(), e);
    }
  }

  /** A tree of this object: of YAML text, of a tree a copy, of a model what it is serialized to. */
  static ObjectNode tree(Object object) {
    if (object instanceof String yaml) {
      return parse("the given YAML", yaml);
    }
    if (object instanceof JsonNode node) {
      return node.deepCopy();
    }
    return MAPPER.valueToTree(object);
  }

  /** A typed view of this tree. */
  static <T> T typed(JsonNode tree, Class<T> type) {
    try {
      return MAPPER.treeToValue(tree, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "decode a " + type.getSimpleName() + ": " + e.getMessage(), e);
    }
  }

  static String yaml(JsonNode tree) {
    try {
      return MAPPER.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("write YAML: " + e.getMessage(), e);
    }
  }
}
