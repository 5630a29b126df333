package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;

/** Carries a change that was made to a decoded view of a document into the document itself. */
public final class TypedMerge {
  private TypedMerge() {}

  /**
   * Merges the difference {@code before} to {@code after} into {@code raw}: what the type does not
   * know stays.
   *
   * @param raw the document that was decoded; left as it is
   * @param before the view as decoded, encoded again
   * @param after the view after the edit, encoded in the same way
   * @return a new tree that may share untouched parts with {@code raw}; {@code raw} itself where
   *     nothing changed
   */
  public static JsonNode merge(JsonNode raw, JsonNode before, JsonNode after, StructSchema schema) {
    throw new UnsupportedOperationException();
  }
}
