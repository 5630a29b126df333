package io.usher.patch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The way from a document's root to the value at hand; written out as a JSON pointer (RFC 6901)
 * only when asked.
 */
final class PointerPath {
  private @Nullable String[] names = new String[16];
  private int[] indexes = new int[16];
  private int depth;

  int depth() {
    return depth;
  }

  void enter(String name) {
    grow();
    names[depth++] = name;
  }

  void enter(int index) {
    grow();
    names[depth] = null;
    indexes[depth++] = index;
  }

  void leave() {
    depth--;
  }

  private void grow() {
    if (depth == names.length) {
      names = Arrays.copyOf(names, depth * 2);
      indexes = Arrays.copyOf(indexes, depth * 2);
    }
  }

  /** Pointer of the value at hand. */
  @Override
  public String toString() {
    return write().toString();
  }

  /** Pointer of a member of the value at hand. */
  String to(String name) {
    StringBuilder out = write().append('/');
    appendEscaped(out, name);
    return out.toString();
  }

  /** Pointer of an element of the value at hand. */
  String to(int index) {
    return write().append('/').append(index).toString();
  }

  private StringBuilder write() {
    var out = new StringBuilder(64);
    for (int i = 0; i < depth; i++) {
      out.append('/');
      String name = names[i];
      if (name == null) {
        out.append(indexes[i]);
      } else {
        appendEscaped(out, name);
      }
    }
    return out;
  }

  private static void appendEscaped(StringBuilder out, String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      switch (c) {
        case '~' -> out.append("~0");
        case '/' -> out.append("~1");
        default -> out.append(c);
      }
    }
  }
}
