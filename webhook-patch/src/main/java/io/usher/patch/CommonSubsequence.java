package io.usher.patch;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The longest common subsequence of two arrays (Myers, "An O(ND) Difference Algorithm", 1986), and
 * the longest increasing one of an array.
 */
final class CommonSubsequence {
  /**
   * Past so many insertions and deletions none is looked for: the work is bounded by the length
   * times this number, and a patch with more operations would be larger than the array it changes.
   */
  private static final int MAX_DIFFERENCE = 256;

  private CommonSubsequence() {}

  /**
   * Enters the common elements into {@code sources}.
   *
   * @param sources at {@code offset} plus the index in {@code after}: {@code offset} plus the index
   *     in {@code before}
   */
  static void find(long[] before, long[] after, int[] sources, int offset) {
    int difference = Math.min(MAX_DIFFERENCE, before.length + after.length);
    if (before.length == 0 || after.length == 0) {
      return;
    }
    // furthest[k + center]: how far along before diagonal k (before minus after) has been followed
    int center = difference + 1;
    int[] furthest = new int[2 * difference + 3];
    var trace = new ArrayDeque<int[]>();
    for (int d = 0; d <= difference; d++) {
      trace.push(Arrays.copyOfRange(furthest, center - d - 1, center + d + 2));
      for (int k = -d; k <= d; k += 2) {
        int x = start(furthest, center, k, d);
        while (x < before.length && x - k < after.length && before[x] == after[x - k]) {
          x++;
        }
        furthest[center + k] = x;
        if (x >= before.length && x - k >= after.length) {
          walkBack(trace, before.length, after.length, sources, offset);
          return;
        }
      }
    }
  }

  /** Whether diagonal k is reached by taking an element of after, from the diagonal above. */
  private static boolean inserts(int[] furthest, int center, int k, int d) {
    return k == -d || k != d && furthest[center + k - 1] < furthest[center + k + 1];
  }

  private static int start(int[] furthest, int center, int k, int d) {
    return inserts(furthest, center, k, d)
        ? furthest[center + k + 1]
        : furthest[center + k - 1] + 1;
  }

  private static void walkBack(
      ArrayDeque<int[]> trace, int beforeLength, int afterLength, int[] sources, int offset) {
    int x = beforeLength;
    int y = afterLength;
    for (int d = trace.size() - 1; d >= 0; d--) {
      int[] furthest = trace.pop();
      int k = x - y;
      int start = start(furthest, d + 1, k, d);
      while (x > start) {
        sources[offset + --y] = offset + --x;
      }
      boolean inserts = inserts(furthest, d + 1, k, d);
      x = inserts ? start : start - 1;
      y = x - (inserts ? k + 1 : k - 1);
    }
  }

  /** Marks those entries that make the longest increasing subsequence, entries below 0 left out. */
  static boolean[] longestIncreasing(int[] values) {
    int[] tails = new int[values.length];
    int[] previous = new int[values.length];
    int length = 0;
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0) {
        continue;
      }
      int low = 0;
      int high = length;
      while (low < high) {
        int middle = low + high >>> 1;
        if (values[tails[middle]] < values[i]) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      previous[i] = low == 0 ? -1 : tails[low - 1];
      tails[low] = i;
      length = Math.max(length, low + 1);
    }
    boolean[] marked = new boolean[values.length];
    for (int i = length == 0 ? -1 : tails[length - 1]; i >= 0; i = previous[i]) {
      marked[i] = true;
    }
    return marked;
  }
}
