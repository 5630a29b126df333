package io.usher.engine.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.json.LazyJson;
import io.usher.rule.ConversionException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What kube-apiserver demands of a converted object (apiextensions-apiserver, {@code
 * webhook_converter.go}): the version that was asked for, the same kind, name, namespace and uid.
 * Of the metadata it takes labels and annotations alone.
 */
final class ConvertedObject {

  private static final List<String> SAME = List.of("name", "namespace", "uid");
  private static final List<String> FREE = List.of("labels", "annotations");

  private ConvertedObject() {}

  /**
   * The result as it is answered.
   *
   * @param object as it was
   * @param result what a conversion made of it, changed in place
   * @throws ConversionException when the conversion changed what must stay
   */
  static ObjectNode of(ObjectNode object, ObjectNode result, String apiVersion) {
    requireSame("kind", object.get("kind"), result.get("kind"));
    result.put("apiVersion", apiVersion);
    result.set("kind", object.get("kind"));
    JsonNode before = object.path("metadata");
    JsonNode after = result.path("metadata");
    if (!LazyJson.sameSource(before, after) && !after.equals(before)) {
      result.set("metadata", metadata(before, after));
    }
    return result;
  }

  private static JsonNode metadata(JsonNode before, JsonNode after) {
    if (!(before instanceof ObjectNode own)) {
      return after;
    }
    ObjectNode metadata = LazyJson.copy(own);
    if (after.isMissingNode() || after.isNull()) {
      return metadata;
    }
    if (!after.isObject()) {
      throw new ConversionException("metadata", "is a JSON " + after.getNodeType());
    }
    for (String member : SAME) {
      requireSame("metadata." + member, before.get(member), after.get(member));
    }
    // Without a name it is new: what it does not have was not taken away.
    boolean whole = after.has("name");
    for (String member : FREE) {
      JsonNode value = after.get(member);
      if (value != null && !value.isNull()) {
        requireStrings("metadata." + member, value);
        metadata.set(member, value);
      } else if (whole) {
        metadata.remove(member);
      }
    }
    return metadata;
  }

  private static void requireSame(
      String field, @Nullable JsonNode before, @Nullable JsonNode after) {
    if (after != null && !after.isNull() && !after.equals(before)) {
      throw new ConversionException(field, "must stay as it is");
    }
  }

  private static void requireStrings(String field, JsonNode value) {
    if (!value.isObject()) {
      throw new ConversionException(field, "is a JSON " + value.getNodeType());
    }
    for (JsonNode each : value) {
      if (!each.isTextual()) {
        throw new ConversionException(field, "has a value that is no string");
      }
    }
  }
}
