package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** What server-side apply tells apart: a value that is null or absent is of any kind. */
enum ValueKind {
  MAP,
  LIST,
  SCALAR,
  NOTHING;

  static ValueKind of(@Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return NOTHING;
    }
    if (value.isObject()) {
      return MAP;
    }
    return value.isArray() ? LIST : SCALAR;
  }

  /** Whether one manager owns a value of this kind, with all that is in it. */
  boolean hasOneOwner(FieldSchema field) {
    return switch (this) {
      case MAP -> field.isAtomicMap();
      case LIST -> field.isAtomicList();
      case SCALAR, NOTHING -> true;
    };
  }

  /** Whether there is nothing in a value. */
  static boolean isEmpty(@Nullable JsonNode value) {
    return of(value) == NOTHING || value != null && value.isContainerNode() && value.isEmpty();
  }
}
