package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The JSON merge patch of RFC 7386. */
public final class JsonMergePatch {
  private JsonMergePatch() {}

  /** The merge patch that turns {@code original} into {@code modified}. */
  public static ObjectNode create(JsonNode original, JsonNode modified) {
    throw new UnsupportedOperationException();
  }

  /**
   * The merge patch for {@code current} that carries the difference {@code original} to {@code
   * modified}.
   *
   * @throws PatchConflictException where an addition and a deletion meet at one place
   */
  public static ObjectNode create(JsonNode original, JsonNode modified, JsonNode current) {
    throw new UnsupportedOperationException();
  }

  /** Applies {@code patch} to {@code document}, which is left as it is. */
  public static JsonNode apply(JsonNode document, JsonNode patch) {
    throw new UnsupportedOperationException();
  }
}
