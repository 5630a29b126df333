package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds more elements of an array without identity again than an alignment does: those that are
 * equal but in another place, and those that were changed in their place.
 */
final class ElementSearch {
  private final JsonNode before;
  private final JsonNode after;
  private final int[] sources;
  private final boolean[] taken;

  private ElementSearch(JsonNode before, JsonNode after, int[] sources) {
    this.before = before;
    this.after = after;
    this.sources = sources;
    taken = new boolean[before.size()];
    for (int source : sources) {
      if (source >= 0) {
        taken[source] = true;
      }
    }
  }

  /** For each element after, the index of the same one before, or -1 where it is new. */
  static int[] sources(JsonNode before, JsonNode after, ArrayAlignment alignment) {
    int[] sources = alignment.sources().clone();
    if (!alignment.identified() && Arrays.stream(sources).anyMatch(source -> source < 0)) {
      var search = new ElementSearch(before, after, sources);
      search.moved();
      search.changed();
    }
    return sources;
  }

  private void moved() {
    Map<Long, ArrayDeque<Integer>> left = new HashMap<>();
    for (int i = 0; i < taken.length; i++) {
      if (!taken[i]) {
        left.computeIfAbsent(JsonEquality.hash(before.get(i)), h -> new ArrayDeque<>()).add(i);
      }
    }
    for (int i = 0; i < sources.length && !left.isEmpty(); i++) {
      if (sources[i] < 0) {
        ArrayDeque<Integer> same = left.get(JsonEquality.hash(after.get(i)));
        if (same != null
            && !same.isEmpty()
            && JsonEquality.equal(before.get(same.peek()), after.get(i))) {
          take(same.poll(), i);
        }
      }
    }
  }

  /** Pairs the elements between two that are known, where as many came as went. */
  private void changed() {
    for (int start = 0; start < sources.length; start++) {
      if (sources[start] >= 0) {
        continue;
      }
      int end = start;
      while (end < sources.length && sources[end] < 0) {
        end++;
      }
      int source = start == 0 ? 0 : sources[start - 1] + 1;
      int sourceEnd = source;
      while (sourceEnd < taken.length && !taken[sourceEnd]) {
        sourceEnd++;
      }
      if (sourceEnd - source == end - start) {
        for (int i = start; i < end; i++, source++) {
          if (ArrayEdit.isChanged(before.get(source), after.get(i))) {
            take(source, i);
          }
        }
      }
      start = end;
    }
  }

  private void take(int source, int target) {
    sources[target] = source;
    taken[source] = true;
  }
}
