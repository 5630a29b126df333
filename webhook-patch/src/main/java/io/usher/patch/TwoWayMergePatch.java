package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Makes a strategic merge patch from two documents. */
public final class TwoWayMergePatch {
  private TwoWayMergePatch() {}

  /**
   * The strategic merge patch that turns {@code original} into {@code modified}.
   *
   * @throws PatchException where the documents cannot be told apart by their merge keys
   */
  public static ObjectNode create(JsonNode original, JsonNode modified, StructSchema schema) {
    throw new UnsupportedOperationException();
  }
}
