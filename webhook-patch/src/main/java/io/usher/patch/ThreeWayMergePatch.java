package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Makes a strategic merge patch from three documents, as {@code kubectl apply} does. */
public final class ThreeWayMergePatch {
  private ThreeWayMergePatch() {}

  /**
   * The strategic merge patch for {@code current} that carries the difference {@code original} to
   * {@code modified}.
   *
   * @param overwrite false to fail where {@code current} was changed differently at the same place
   * @throws PatchConflictException where it was
   * @throws PatchException where the documents cannot be told apart by their merge keys
   */
  public static ObjectNode create(
      JsonNode original,
      JsonNode modified,
      JsonNode current,
      StructSchema schema,
      boolean overwrite) {
    throw new UnsupportedOperationException();
  }
}
