package io.usher.patch;

import java.util.ArrayDeque;

/**
 * Finds what two arrays have in common such that the fewest elements are added, removed or replaced
 * (Landau and Vishkin's diagonals, with which the work is the length and the square of the
 * distance).
 */
final class EditDistance {
  /**
   * Arrays further apart have nothing in common. The work is bounded by their length times this
   * number, and a patch with so many operations is not smaller than the array.
   */
  private static final int MAX_DISTANCE = 256;

  private static final int OUTSIDE = -1;

  private final long[] before;
  private final long[] after;

  private EditDistance(long[] before, long[] after) {
    this.before = before;
    this.after = after;
  }

  /**
   * Enters the common elements into {@code sources}: at {@code offset} plus the index in {@code
   * after} stands {@code offset} plus that in {@code before}.
   *
   * @return false where the arrays are too far apart
   */
  static boolean match(long[] before, long[] after, int[] sources, int offset) {
    return before.length == 0
        || after.length == 0
        || new EditDistance(before, after).match(sources, offset);
  }

  /**
   * Diagonal k holds the places x in before and x - k in after. Round d knows for the diagonals -d
   * to d how far d changes lead, at index k + d.
   */
  private boolean match(int[] sources, int offset) {
    var rounds = new ArrayDeque<int[]>();
    int end = before.length - after.length;
    int[] previous = {};
    for (int d = 0; d <= MAX_DISTANCE; d++) {
      int[] reached = new int[2 * d + 1];
      for (int k = -d; k <= d; k++) {
        reached[k + d] = follow(start(previous, k, d), k);
      }
      rounds.push(reached);
      if (Math.abs(end) <= d && reached[end + d] == before.length) {
        walkBack(rounds, sources, offset);
        return true;
      }
      previous = reached;
    }
    return false;
  }

  private int follow(int x, int k) {
    int end = x;
    while (end != OUTSIDE
        && end < before.length
        && end - k < after.length
        && before[end] == after[end - k]) {
      end++;
    }
    return end;
  }

  /** Where one more change leads on diagonal k. */
  private int start(int[] previous, int k, int d) {
    return d == 0
        ? 0
        : Math.max(
            replaced(previous, k, d), Math.max(removed(previous, k, d), added(previous, k, d)));
  }

  private int replaced(int[] previous, int k, int d) {
    int x = at(previous, k, d);
    return x == OUTSIDE || x == before.length || x - k == after.length ? OUTSIDE : x + 1;
  }

  private int removed(int[] previous, int k, int d) {
    int x = at(previous, k - 1, d);
    return x == OUTSIDE || x == before.length ? OUTSIDE : x + 1;
  }

  private int added(int[] previous, int k, int d) {
    int x = at(previous, k + 1, d);
    return x - (k + 1) == after.length ? OUTSIDE : x;
  }

  private static int at(int[] previous, int k, int d) {
    return Math.abs(k) < d ? previous[k + d - 1] : OUTSIDE;
  }

  private void walkBack(ArrayDeque<int[]> rounds, int[] sources, int offset) {
    int k = before.length - after.length;
    int x = before.length;
    rounds.pop();
    for (int d = rounds.size(); d >= 0; d--) {
      int[] previous = d == 0 ? new int[0] : rounds.pop();
      int start = start(previous, k, d);
      while (x > start) {
        x--;
        sources[offset + x - k] = offset + x;
      }
      if (start == removed(previous, k, d)) {
        x--;
        k--;
      } else if (start == added(previous, k, d)) {
        k++;
      } else {
        x--;
      }
    }
  }
}
