package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parts of two documents that were compared and found equal, so that nobody does so again. */
final class EqualPairs {
  private @Nullable JsonNode[] nodes = new JsonNode[64];
  private int size;

  void add(JsonNode before, JsonNode after) {
    if (size == nodes.length) {
      nodes = Arrays.copyOf(nodes, size * 2);
    }
    nodes[size++] = before;
    nodes[size++] = after;
  }

  int size() {
    return size;
  }

  /** Forgets what was added since there were so many. */
  void truncate(int size) {
    this.size = size;
  }

  Map<JsonNode, JsonNode> toMap() {
    var map = new IdentityHashMap<JsonNode, JsonNode>(size / 2);
    for (int i = 0; i < size; i += 2) {
      map.put(nodes[i], nodes[i + 1]);
    }
    return map;
  }
}
