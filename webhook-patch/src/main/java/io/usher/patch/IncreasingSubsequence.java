package io.usher.patch;

import java.util.Arrays;

/** The elements of a reordered list that can stay where they are while the others move. */
final class IncreasingSubsequence {
  private IncreasingSubsequence() {}

  /** The longest one, with -1 for the other entries; entries below 0 are none of it. */
  static int[] of(int[] values) {
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
    int[] subsequence = new int[values.length];
    Arrays.fill(subsequence, -1);
    for (int i = length == 0 ? -1 : tails[length - 1]; i >= 0; i = previous[i]) {
      subsequence[i] = values[i];
    }
    return subsequence;
  }
}
