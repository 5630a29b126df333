package io.usher.apiserver.schema;

import java.util.Locale;

/** When a field is written. */
enum Presence {
  /** Whatever it holds, and as its type's zero value when it holds nothing. */
  ALWAYS,
  /** Whatever it holds, and as null when it holds nothing. */
  NULLABLE,
  /** Unless it is false, 0, "" or without elements. */
  OMITEMPTY,
  /** Whatever it holds, unless it is null. */
  POINTER,
  /** Unless nothing in it is set; times alone are declared so. */
  OMITZERO;

  static Presence of(String column) {
    return valueOf(column.toUpperCase(Locale.ROOT));
  }
}
