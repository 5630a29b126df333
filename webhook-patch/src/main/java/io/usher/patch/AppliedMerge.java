package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Merges what somebody applies into the live object: what he gives wins. */
final class AppliedMerge {
  private AppliedMerge() {}

  /**
   * The live object with what is applied; shares parts with both.
   *
   * @throws PatchException when elements of a list can't be told apart
   */
  static JsonNode into(JsonNode live, JsonNode applied, FieldSchema schema) {
    JsonNode merged = value(live, applied, schema);
    return merged == null ? JsonNodeFactory.instance.objectNode() : merged;
  }

  private static @Nullable JsonNode value(
      @Nullable JsonNode live, @Nullable JsonNode applied, FieldSchema schema) {
    ValueKind kind = ValueKind.of(applied);
    if (kind == ValueKind.NOTHING) {
      kind = ValueKind.of(live);
    }
    JsonNode base = ValueKind.of(live) == kind ? live : null;
    if (kind.hasOneOwner(schema) || ValueKind.isEmpty(base) && ValueKind.isEmpty(applied)) {
      return applied == null ? live : applied;
    }
    JsonNode given = ValueKind.of(applied) == kind ? applied : null;
    JsonNode merged =
        kind == ValueKind.MAP
            ? members(base, given, schema)
            : new Elements(base, given, schema).merged();
    return merged.isEmpty() ? null : merged;
  }

  private static ObjectNode members(
      @Nullable JsonNode live, @Nullable JsonNode applied, FieldSchema schema) {
    ObjectNode merged = JsonNodeFactory.instance.objectNode();
    if (live != null) {
      for (Map.Entry<String, JsonNode> member : live.properties()) {
        String name = member.getKey();
        JsonNode given = applied == null ? null : applied.get(name);
        put(
            merged,
            name,
            given == null
                ? member.getValue()
                : value(member.getValue(), given, schema.type().field(name)));
      }
    }
    if (applied != null) {
      for (Map.Entry<String, JsonNode> member : applied.properties()) {
        String name = member.getKey();
        if (live == null || !live.has(name)) {
          put(merged, name, value(null, member.getValue(), schema.type().field(name)));
        }
      }
    }
    return merged;
  }

  private static void put(ObjectNode merged, String name, @Nullable JsonNode value) {
    if (value != null) {
      merged.set(name, value);
    }
  }

  /**
   * The elements of two lists. Those of both come in the order in which they are applied; one of
   * the live list alone stays behind the element that it followed.
   */
  private static final class Elements {
    private final FieldSchema schema;
    private final ArrayNode merged = JsonNodeFactory.instance.arrayNode();
    private final List<String> live = new ArrayList<>();
    private final List<String> applied = new ArrayList<>();
    private final List<JsonNode> liveValues = new ArrayList<>();
    private final Map<String, JsonNode> liveBy = new HashMap<>();
    private final Map<String, JsonNode> appliedBy = new HashMap<>();
    private final List<String> shared = new ArrayList<>();

    Elements(@Nullable JsonNode liveList, @Nullable JsonNode appliedList, FieldSchema schema) {
      this.schema = schema;
      if (liveList != null) {
        for (JsonNode element : liveList) {
          String step = PathElement.of(element, schema);
          live.add(step);
          liveValues.add(element);
          // What is there twice is no base to merge into.
          liveBy.merge(step, element, (one, other) -> NullNode.instance);
        }
      }
      if (appliedList != null) {
        for (JsonNode element : appliedList) {
          String step = PathElement.of(element, schema);
          if (appliedBy.put(step, element) == null) {
            applied.add(step);
            if (liveBy.containsKey(step)) {
              shared.add(step);
            }
          }
        }
      }
    }

    ArrayNode merged() {
      var done = new HashSet<String>();
      int nextShared = 0;
      int l = 0;
      int a = 0;
      while (l < live.size() || a < applied.size()) {
        String wanted = nextShared < shared.size() ? shared.get(nextShared) : null;
        if (l < live.size()) {
          String step = live.get(l);
          if (!appliedBy.containsKey(step)) {
            merged.add(liveValues.get(l++));
            continue;
          }
          boolean matches = a < applied.size() && step.equals(applied.get(a));
          if (!matches && a < applied.size() && wanted != null && !wanted.equals(step)) {
            l++; // it comes, or came, where it is applied
            continue;
          }
          if (matches || done.contains(step)) {
            l++;
          }
        }
        if (a < applied.size()) {
          String step = applied.get(a++);
          done.add(step);
          JsonNode value = value(liveBy.get(step), appliedBy.get(step), schema.element());
          if (value != null) {
            merged.add(value);
          }
          if (step.equals(wanted)) {
            nextShared++;
          }
        }
      }
      return merged;
    }
  }
}
