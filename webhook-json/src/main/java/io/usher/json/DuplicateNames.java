package io.usher.json;

import java.util.Arrays;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/** The names seen so far in one object; used again for the next object of the same depth. */
public final class DuplicateNames {

  /** Up to here comparing all is faster than hashing. A container has fewer members. */
  private static final int FEW = 16;

  /** A set that grew above this is dropped: clearing it costs as much as its table is long. */
  private static final int KEPT = 256;

  private final String[] few = new String[FEW];
  private int count;
  private @Nullable HashSet<String> many;

  /** Forgets all names. */
  public void clear() {
    if (count > KEPT) {
      many = null;
    } else if (count > FEW && many != null) {
      many.clear();
    }
    count = 0;
  }

  /** Adds a name; false when it was there already. */
  public boolean add(String name) {
    return count < FEW ? addToFew(name) : addToMany(name);
  }

  private boolean addToFew(String name) {
    for (int i = 0; i < count; i++) {
      // A parser gives the same instance for the same name nearly always.
      if (few[i] == name || few[i].equals(name)) {
        return false;
      }
    }
    few[count++] = name;
    return true;
  }

  private boolean addToMany(String name) {
    HashSet<String> all = many;
    if (all == null) {
      all = many = new HashSet<>();
    }
    if (count++ == FEW) {
      all.addAll(Arrays.asList(few));
    }
    return all.add(name);
  }
}
