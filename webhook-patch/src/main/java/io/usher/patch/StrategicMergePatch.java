package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Applies a strategic merge patch. */
public final class StrategicMergePatch {
  private StrategicMergePatch() {}

  /**
   * Applies {@code patch} to {@code original}, which is left as it is.
   *
   * @throws PatchException where the patch breaks the rules of its directives
   */
  public static ObjectNode apply(JsonNode original, JsonNode patch, StructSchema schema) {
    throw new UnsupportedOperationException();
  }
}
