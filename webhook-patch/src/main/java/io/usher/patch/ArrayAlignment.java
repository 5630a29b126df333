package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which element of the array before is which one after: by the members that identify them where
 * these are unique, else by equality, so that the fewest are new.
 *
 * @param sources for each element after, the index of the same one before, or -1 where it is new
 * @param identified whether elements were told apart by identity: then those without a source are
 *     others, not changed ones
 * @param equalHead so many elements at the start are known to be equal
 * @param equalTail so many elements at the end are known to be equal
 */
record ArrayAlignment(int[] sources, boolean identified, int equalHead, int equalTail) {

  static ArrayAlignment of(JsonNode before, JsonNode after, FieldSchema field) {
    int head = 0;
    int beforeTo = before.size();
    int afterTo = after.size();
    while (head < beforeTo
        && head < afterTo
        && JsonEquality.equal(before.get(head), after.get(head))) {
      head++;
    }
    while (beforeTo > head
        && afterTo > head
        && JsonEquality.equal(before.get(beforeTo - 1), after.get(afterTo - 1))) {
      beforeTo--;
      afterTo--;
    }
    int[] sources = new int[after.size()];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = i < head ? i : i < afterTo ? -1 : i - afterTo + beforeTo;
    }
    int tail = after.size() - afterTo;
    if (head == beforeTo
        || head == afterTo
        || identify(before, after, field, head, tail, sources)) {
      return new ArrayAlignment(sources, true, head, tail);
    }
    EditDistance.match(hashes(before, head, beforeTo), hashes(after, head, afterTo), sources, head);
    return new ArrayAlignment(sources, false, head, tail);
  }

  /** By identity alone, which compares no more than that; null where elements have none. */
  static @Nullable ArrayAlignment byIdentity(JsonNode before, JsonNode after, FieldSchema field) {
    int[] sources = new int[after.size()];
    Arrays.fill(sources, -1);
    return identify(before, after, field, 0, 0, sources)
        ? new ArrayAlignment(sources, true, 0, 0)
        : null;
  }

  /** Whether every element is where it was, of as many as there were. */
  boolean isInPlace(int size) {
    if (sources.length != size) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      if (sources[i] != i) {
        return false;
      }
    }
    return true;
  }

  /** Whether the element after is known to be equal to its source. */
  boolean isEqual(int index) {
    return index < equalHead || index >= sources.length - equalTail;
  }

  /**
   * The sources of those elements that can stay where they are, while the others are moved; -1 for
   * these.
   *
   * @param size of the array before
   */
  int[] inOrder(int size) {
    if (!identified) {
      return sources;
    }
    long[] before = new long[size];
    Arrays.setAll(before, i -> i);
    long[] after = new long[sources.length];
    Arrays.setAll(after, i -> sources[i]);
    int[] kept = new int[sources.length];
    Arrays.fill(kept, -1);
    return EditDistance.match(before, after, kept, 0) ? kept : IncreasingSubsequence.of(sources);
  }

  private static boolean identify(
      JsonNode before, JsonNode after, FieldSchema field, int head, int tail, int[] sources) {
    int beforeTo = before.size() - tail;
    int afterTo = after.size() - tail;
    for (List<String> keys : ElementIdentity.candidates(field)) {
      Map<String, Integer> beforeIndex = ElementIdentity.index(before, head, beforeTo, keys);
      if (beforeIndex == null) {
        continue;
      }
      Map<String, Integer> afterIndex = ElementIdentity.index(after, head, afterTo, keys);
      if (afterIndex != null
          && !ElementIdentity.isAmong(before, 0, head, keys, beforeIndex, afterIndex)
          && !ElementIdentity.isAmong(
              before, beforeTo, before.size(), keys, beforeIndex, afterIndex)) {
        afterIndex.forEach(
            (identity, target) -> sources[target] = beforeIndex.getOrDefault(identity, -1));
        return true;
      }
    }
    return false;
  }

  private static long[] hashes(JsonNode array, int from, int to) {
    long[] hashes = new long[to - from];
    Arrays.setAll(hashes, i -> JsonEquality.hash(array.get(from + i)));
    return hashes;
  }
}
