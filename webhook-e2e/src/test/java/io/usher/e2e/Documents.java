package io.usher.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Kubernetes objects as JSON trees, written in YAML where a person writes them. */
final class Documents {

  static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
  private static final ObjectMapper YAML =
      new YAMLMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private static final ObjectMapper SORTED =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private Documents() {}

  /** The one object of a YAML text. */
  static ObjectNode yaml(String text) {
    try {
      return YAML.readValue(text, ObjectNode.class);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A JSON text. */
  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The objects of a YAML file beside this class, NAMESPACE in it replaced. */
  static List<ObjectNode> resource(String file, String namespace) {
    try (var in = Documents.class.getResourceAsStream(file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return yamls(text.replace("NAMESPACE", namespace));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The objects of a YAML text. */
  static List<ObjectNode> yamls(String text) {
    try {
      return YAML.readerFor(ObjectNode.class).<ObjectNode>readValues(text).readAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The objects of a YAML file. */
  static List<ObjectNode> stream(Path file) throws IOException {
    return YAML.readerFor(ObjectNode.class).<ObjectNode>readValues(file.toFile()).readAll();
  }

  /** A tree as text, its members in the order of their names. */
  static String sorted(JsonNode tree) {
    try {
      return SORTED.writeValueAsString(SORTED.treeToValue(tree, Object.class));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A ConfigMap with this name and data: name, key, value, key, value. */
  static ObjectNode configMap(String name, String... data) {
    ObjectNode map = yaml("{apiVersion: v1, kind: ConfigMap, metadata: {}, data: {}}");
    map.withObject("/metadata").put("name", name);
    for (int i = 0; i < data.length; i += 2) {
      map.withObject("/data").put(data[i], data[i + 1]);
    }
    return map;
  }

  /** A Pod of one container. */
  static ObjectNode pod(String name) {
    ObjectNode pod =
        yaml(
            """
            apiVersion: v1
            kind: Pod
            metadata: {}
            spec:
              containers:
              - name: web
                image: registry.example.com/web:1
            """);
    pod.withObject("/metadata").put("name", name);
    return pod;
  }
}
