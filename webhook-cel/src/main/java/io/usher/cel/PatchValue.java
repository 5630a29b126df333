package io.usher.cel;

import org.jspecify.annotations.Nullable;

/**
 * What {@code JSONPatch{...}} makes.
 *
 * @param value null for none
 */
record PatchValue(String op, String path, String from, @Nullable Object value) {

  Object member(String name, boolean tests) {
    Object member =
        switch (name) {
          case "op" -> op;
          case "path" -> path;
          case "from" -> from;
          case "value" -> value;
          default -> null;
        };
    if (member == null || tests && member.equals("")) {
      return tests ? Selections.ABSENT : new Fault("unsupported indexer: " + name);
    }
    return member;
  }
}
