package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Applies a strategic merge patch, as {@code StrategicMergePatch} of Kubernetes does. */
public final class StrategicMergePatch {
  private StrategicMergePatch() {}

  /**
   * Applies {@code patch} to {@code original}, which is left as it is.
   *
   * @param schema from {@link PatchSchema}; with {@link StructSchema#none()} every list is replaced
   *     as a whole
   * @return a document that may share parts with both
   * @throws PatchException where the patch breaks the rules of its directives, or an element of a
   *     list that is merged has no merge key
   */
  public static ObjectNode apply(JsonNode original, JsonNode patch, StructSchema schema) {
    return new StrategicMerge(StrategicMerge.Target.DOCUMENT).into(original, patch, schema);
  }
}
