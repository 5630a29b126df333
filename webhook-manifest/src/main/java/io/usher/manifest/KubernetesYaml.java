package io.usher.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import io.usher.json.Yaml;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Objects as trees and as YAML, with the keys in the order that people write them in. */
final class KubernetesYaml {

  /** What some YAML reader takes for a number, a time or a date: 1e3, 0x1F, 12:30, 2026-01-02. */
  private static final Pattern NUMBER_LIKE = Pattern.compile("[-+.0-9][-+.:_0-9a-fA-FoOxXTZ ]*");

  private static final YAMLMapper MAPPER =
      Yaml.mapper(
              new StringQuotingChecker.Default() {
                private static final long serialVersionUID = 1L;

                @Override
                public boolean needToQuoteValue(String value) {
                  return NUMBER_LIKE.matcher(value).matches() || super.needToQuoteValue(value);
                }
              })
          .build();

  /** The others keep the order of fabric8's models, which is the alphabet's. */
  private static final List<String> FIRST =
      List.of("apiVersion", "kind", "metadata", "name", "namespace", "image", "imagePullPolicy");

  private KubernetesYaml() {}

  /** A fabric8 object as a tree. */
  static ObjectNode tree(Object model) {
    return (ObjectNode) ordered(MAPPER.valueToTree(model));
  }

  /** A tree from YAML that this package holds. */
  static ObjectNode parse(String yaml) {
    try {
      return (ObjectNode) MAPPER.readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("parse " + yaml + ": " + e.getMessage(), e);
    }
  }

  /** One object as this other type, which has the same fields and more. */
  static <T> T as(Class<T> type, Object model) {
    return MAPPER.convertValue(model, type);
  }

  /** Documents, each after the first behind a separator. */
  static String write(List<? extends JsonNode> documents) {
    return documents.stream().map(KubernetesYaml::write).collect(Collectors.joining("---\n"));
  }

  private static String write(JsonNode document) {
    try {
      return MAPPER.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("write YAML: " + e.getMessage(), e);
    }
  }

  private static JsonNode ordered(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode result = MAPPER.createObjectNode();
      FIRST.forEach(
          key -> {
            if (object.has(key)) {
              result.set(key, ordered(object.get(key)));
            }
          });
      object.properties().forEach(e -> result.putIfAbsent(e.getKey(), ordered(e.getValue())));
      return result;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode result = MAPPER.createArrayNode();
      array.forEach(element -> result.add(ordered(element)));
      return result;
    }
    return node;
  }
}
