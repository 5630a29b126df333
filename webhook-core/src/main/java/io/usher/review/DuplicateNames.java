package io.usher.review;

import java.util.Arrays;
import java.util.HashSet;

/** The names seen so far in one object; used again for the next object of the same depth. */
final class DuplicateNames {

  /** Up to here comparing all is faster than hashing. */
  private static final int FEW = 12;

  private final String[] few = new String[FEW];
  private int count;
  private final HashSet<String> many = new HashSet<>();

  void clear() {
    if (count > FEW) {
      many.clear();
    }
    count = 0;
  }

  /** Adds a name; false when it was there already. */
  boolean add(String name) {
    if (count < FEW) {
      for (int i = 0; i < count; i++) {
        if (few[i].equals(name)) {
          return false;
        }
      }
      few[count++] = name;
      return true;
    }
    if (count++ == FEW) {
      many.addAll(Arrays.asList(few));
    }
    return many.add(name);
  }
}
