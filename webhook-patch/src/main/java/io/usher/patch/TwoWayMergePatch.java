package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Makes a strategic merge patch from two documents. */
public final class TwoWayMergePatch {
  private TwoWayMergePatch() {}

  /**
   * The strategic merge patch that turns {@code original} into {@code modified}, as {@code
   * CreateTwoWayMergePatch} of Kubernetes makes it.
   *
   * @param schema from {@link PatchSchema}; with {@link StructSchema#none()} every list is replaced
   *     as a whole
   * @return a patch that may share parts with {@code modified}
   * @throws PatchException where a list that is merged holds an element without its merge key, or
   *     two with the same one and the patch would have to change them; where a document is no
   *     object
   */
  public static ObjectNode create(JsonNode original, JsonNode modified, StructSchema schema) {
    return new StrategicDiff(StrategicDiff.Part.ALL).between(original, modified, schema);
  }
}
