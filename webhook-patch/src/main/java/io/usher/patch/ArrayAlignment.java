package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which element of the array before is which one after: by the members that identify them where
 * these are unique, else by equality, as the longest common subsequence.
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

  private static boolean holdsObject(JsonNode array) {
    return !array.isEmpty() && array.get(0).isObject();
  }

  private static int @Nullable [] byIdentity(JsonNode before, JsonNode after, List<String> keys) {
    if (sameOrder(before, after, keys)) {
      int[] sources = new int[after.size()];
      Arrays.setAll(sources, i -> i);
      return sources;
    }
    Map<String, Integer> beforeIndex = ElementIdentity.index(before, keys);
    Map<String, Integer> afterIndex = ElementIdentity.index(after, keys);
    if (beforeIndex == null || afterIndex == null) {
      return null;
    }
    int[] sources = new int[after.size()];
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
    CommonSubsequence.find(
        hashes(before, from, beforeTo), hashes(after, from, afterTo), sources, from);
    return new ArrayAlignment(sources, false, from, after.size() - afterTo);
  }

  private static long[] hashes(JsonNode array, int from, int to) {
    long[] hashes = new long[to - from];
    Arrays.setAll(hashes, i -> JsonEquality.hash(array.get(from + i)));
    return hashes;
  }
}
