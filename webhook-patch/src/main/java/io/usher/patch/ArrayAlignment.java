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
    if (holdsObject(before) && holdsObject(after)) {
      for (List<String> keys : ElementIdentity.candidates(field)) {
        int[] sources = byIdentity(before, after, keys);
        if (sources != null) {
          return new ArrayAlignment(sources, true, 0, 0);
        }
      }
    }
    return byEquality(before, after);
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

  private static boolean holdsObject(JsonNode array) {
    return !array.isEmpty() && array.get(0).isObject();
  }

  private static int @Nullable [] byIdentity(JsonNode before, JsonNode after, List<String> keys) {
    Map<String, Integer> beforeIndex = ElementIdentity.index(before, keys);
    if (beforeIndex == null) {
      return null;
    }
    int[] sources = new int[after.size()];
    if (sameOrder(before, after, keys)) {
      Arrays.setAll(sources, i -> i);
      return sources;
    }
    Map<String, Integer> afterIndex = ElementIdentity.index(after, keys);
    if (afterIndex == null) {
      return null;
    }
    afterIndex.forEach((identity, i) -> sources[i] = beforeIndex.getOrDefault(identity, -1));
    return sources;
  }

  private static boolean sameOrder(JsonNode before, JsonNode after, List<String> keys) {
    int size = before.size();
    if (size != after.size()) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      if (!ElementIdentity.same(before.get(i), after.get(i), keys)) {
        return false;
      }
    }
    return true;
  }

  private static ArrayAlignment byEquality(JsonNode before, JsonNode after) {
    int[] sources = new int[after.size()];
    Arrays.fill(sources, -1);
    int from = 0;
    int beforeTo = before.size();
    int afterTo = after.size();
    while (from < beforeTo
        && from < afterTo
        && JsonEquality.equal(before.get(from), after.get(from))) {
      sources[from] = from++;
    }
    while (beforeTo > from
        && afterTo > from
        && JsonEquality.equal(before.get(beforeTo - 1), after.get(afterTo - 1))) {
      sources[--afterTo] = --beforeTo;
    }
    EditDistance.match(hashes(before, from, beforeTo), hashes(after, from, afterTo), sources, from);
    return new ArrayAlignment(sources, false, from, after.size() - afterTo);
  }

  private static long[] hashes(JsonNode array, int from, int to) {
    long[] hashes = new long[to - from];
    Arrays.setAll(hashes, i -> JsonEquality.hash(array.get(from + i)));
    return hashes;
  }
}
