package io.usher.patch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The annotation in which kubectl keeps what it applied on the client's side. Who goes on with
 * {@code kubectl apply --server-side} owns what that says, without a conflict.
 */
final class LastApplied {
  /** Who applies by {@code kubectl apply --server-side}. */
  static final String KUBECTL = "kubectl";

  private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
  private static final int MAX_ANNOTATIONS = 256 << 10;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private LastApplied() {}

  private static String text(JsonNode object) {
    return object.path("metadata").path("annotations").path(ANNOTATION).asText();
  }

  /** The fields that still are as the annotation says. */
  static FieldSet unchanged(JsonNode live, FieldSchema schema) {
    String text = text(live);
    if (text.isEmpty()) {
      return new FieldSet();
    }
    try {
      JsonNode last = MAPPER.readTree(text);
      if (!last.path("apiVersion").equals(live.path("apiVersion"))) {
        return new FieldSet();
      }
      FieldComparison since = FieldComparison.of(last, live, schema);
      return ObjectFields.of(last, schema).difference(since.set()).difference(since.removed());
    } catch (JsonProcessingException | PatchException e) {
      return new FieldSet(); // a user's own text there owns nothing
    }
  }

  /** Brings an annotation that is there up to date. */
  static JsonNode refreshed(JsonNode object, JsonNode applied) {
    if (text(object).isEmpty()) {
      return object;
    }
    ObjectNode config = sortedObject(applied);
    if (config.path("metadata").path("annotations") instanceof ObjectNode annotations) {
      annotations.remove(ANNOTATION);
      if (annotations.isEmpty()) {
        ((ObjectNode) config.path("metadata")).remove("annotations");
      }
    }
    ObjectNode copy = object.deepCopy();
    ObjectNode annotations = (ObjectNode) copy.path("metadata").path("annotations");
    annotations.put(ANNOTATION, config + "\n");
    if (size(annotations) > MAX_ANNOTATIONS) {
      annotations.remove(ANNOTATION);
    }
    return copy;
  }

  private static long size(ObjectNode annotations) {
    long size = 0;
    for (Map.Entry<String, JsonNode> each : annotations.properties()) {
      size += each.getKey().getBytes(StandardCharsets.UTF_8).length;
      size += each.getValue().asText().getBytes(StandardCharsets.UTF_8).length;
    }
    return size;
  }

  private static ObjectNode sortedObject(JsonNode object) {
    ObjectNode sorted = JsonNodeFactory.instance.objectNode();
    var members = new TreeMap<String, JsonNode>();
    object.properties().forEach(each -> members.put(each.getKey(), each.getValue()));
    members.forEach((name, value) -> sorted.set(name, sorted(value)));
    return sorted;
  }

  private static JsonNode sorted(JsonNode value) {
    if (value.isObject()) {
      return sortedObject(value);
    }
    if (value.isArray()) {
      ArrayNode sorted = JsonNodeFactory.instance.arrayNode(value.size());
      value.forEach(element -> sorted.add(sorted(element)));
      return sorted;
    }
    return value;
  }
}
