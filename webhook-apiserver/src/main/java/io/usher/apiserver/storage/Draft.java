package io.usher.apiserver.storage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.json.LazyJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * An object that is to be written: all but its version, which the write gives it.
 *
 * @param json the object, UTF-8, with {@code "resourceVersion":""} in its metadata; not copied, and
 *     must not change
 * @param versionAt where the version's digits go, between its quotes
 * @param labels the object's labels, for selectors
 */
public record Draft(byte[] json, int versionAt, Map<String, String> labels) {

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int EXPECTED = 2048;

  public Draft {
    labels = Map.copyOf(labels);
  }

  /** An object's JSON without its version. */
  public static Draft of(ObjectNode object) {
    var out = new ByteArrayOutputStream(EXPECTED);
    int versionAt = 0;
    try (JsonGenerator generator = FACTORY.createGenerator(out)) {
      generator.writeStartObject();
      // Lists of built-in kinds leave these two out: they find them at the beginning.
      generator.writeStringField("kind", object.path("kind").asText());
      generator.writeStringField("apiVersion", object.path("apiVersion").asText());
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        if (member.getKey().equals("kind") || member.getKey().equals("apiVersion")) {
          continue;
        }
        generator.writeFieldName(member.getKey());
        if (member.getKey().equals("metadata")
            && member.getValue() instanceof ObjectNode metadata) {
          generator.writeStartObject();
          generator.writeStringField("resourceVersion", "");
          generator.flush();
          versionAt = out.size() - 1;
          for (Map.Entry<String, JsonNode> each : metadata.properties()) {
            if (!each.getKey().equals("resourceVersion")) {
              generator.writeFieldName(each.getKey());
              LazyJson.write(each.getValue(), generator);
            }
          }
          generator.writeEndObject();
        } else {
          LazyJson.write(member.getValue(), generator);
        }
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (versionAt == 0) {
      throw new IllegalArgumentException("the object has no metadata");
    }
    return new Draft(out.toByteArray(), versionAt, labelsOf(object));
  }

  /** An object as a journal gives it back. */
  public static Draft ofStored(byte[] json) {
    return of(LazyJson.object(json, 0, json.length));
  }

  private static Map<String, String> labelsOf(ObjectNode object) {
    JsonNode labels = object.path("metadata").path("labels");
    if (labels.isEmpty()) {
      return Map.of();
    }
    var copy = new HashMap<String, String>();
    labels.properties().forEach(label -> copy.put(label.getKey(), label.getValue().asText()));
    return copy;
  }
}
