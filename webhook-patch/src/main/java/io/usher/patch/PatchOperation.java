package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a JSON Patch.
 *
 * @param kind what is done
 * @param path JSON pointer (RFC 6901) of the place it is done at
 * @param value the value of {@code add}, {@code replace} and {@code test}; null for the other kinds
 * @param from JSON pointer of the source of {@code move} and {@code copy}; null for the other kinds
 */
public record PatchOperation(
    Kind kind, String path, @Nullable JsonNode value, @Nullable String from) {

  /** The operations of RFC 6902; {@link JsonPatch#diff} makes only the first three. */
  public enum Kind {
    ADD,
    REMOVE,
    REPLACE,
    MOVE,
    COPY,
    TEST
  }
}
