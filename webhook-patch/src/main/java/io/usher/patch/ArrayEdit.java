package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;

/** What turns one array into another, element by element. */
final class ArrayEdit {
  private final JsonNode before;
  private final JsonNode after;
  private final boolean identified;
  private final int[] places;
  private final boolean[] replaced;
  private final boolean[] added;
  private int kept;
  private int operations;

  private ArrayEdit(JsonNode before, JsonNode after, boolean identified) {
    this.before = before;
    this.after = after;
    this.identified = identified;
    places = new int[before.size()];
    replaced = new boolean[before.size()];
    added = new boolean[after.size()];
  }

  static ArrayEdit of(JsonNode before, JsonNode after, ArrayAlignment alignment) {
    var edit = new ArrayEdit(before, after, alignment.identified());
    int[] sources = alignment.inOrder(before.size());
    int source = 0;
    int target = 0;
    for (int i = 0; i < sources.length; i++) {
      if (sources[i] >= 0) {
        edit.gap(source, sources[i], target, i);
        edit.keep(sources[i], i);
        source = sources[i] + 1;
        target = i + 1;
      }
    }
    edit.gap(source, before.size(), target, after.size());
    return edit;
  }

  /** Pairs what went with what came between two elements that stayed. */
  private void gap(int source, int sourceEnd, int target, int targetEnd) {
    while (source < sourceEnd && target < targetEnd) {
      if (!identified && isChanged(before.get(source), after.get(target))) {
        keep(source++, target++);
      } else {
        replaced[source] = true;
        places[source++] = target++;
        operations++;
      }
    }
    Arrays.fill(places, source, sourceEnd, -1);
    Arrays.fill(added, target, targetEnd, true);
    operations += sourceEnd - source + targetEnd - target;
  }

  private void keep(int source, int target) {
    places[source] = target;
    kept++;
  }

  /** Whether one is likely the other, changed: it shares a value, or something to look into. */
  static boolean isChanged(JsonNode from, JsonNode to) {
    if (from.isArray()) {
      return to.isArray();
    }
    if (!from.isObject() || !to.isObject()) {
      return false;
    }
    for (Map.Entry<String, JsonNode> member : from.properties()) {
      JsonNode other = to.get(member.getKey());
      if (other != null
          && (member.getValue().isContainerNode()
              ? member.getValue().getNodeType() == other.getNodeType()
              : JsonEquality.equal(member.getValue(), other))) {
        return true;
      }
    }
    return false;
  }

  /** For each element before its index after, or -1 where it is removed. */
  int place(int index) {
    return places[index];
  }

  /** Whether the element after is put in place of this one; else it is the same, changed. */
  boolean isReplaced(int index) {
    return replaced[index];
  }

  boolean isAdded(int index) {
    return added[index];
  }

  /** How many elements are added, removed or replaced. */
  int operations() {
    return operations;
  }

  /** Whether replacing the whole array says it with fewer operations. */
  boolean isRewrite() {
    return operations > 1 && kept == 0 || operations > Math.max(before.size(), after.size());
  }
}
