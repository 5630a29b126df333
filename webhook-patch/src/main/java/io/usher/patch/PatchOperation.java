package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
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
    TEST;

    private final String word = name().toLowerCase(Locale.ROOT);

    boolean takesValue() {
      return this == ADD || this == REPLACE || this == TEST;
    }

    boolean takesFrom() {
      return this == MOVE || this == COPY;
    }

    /** As it is written in {@code op}. */
    @Override
    public String toString() {
      return word;
    }
  }

  static PatchOperation add(String path, JsonNode value) {
    return new PatchOperation(Kind.ADD, path, value, null);
  }

  static PatchOperation remove(String path) {
    return new PatchOperation(Kind.REMOVE, path, null, null);
  }

  static PatchOperation replace(String path, JsonNode value) {
    return new PatchOperation(Kind.REPLACE, path, value, null);
  }
}
