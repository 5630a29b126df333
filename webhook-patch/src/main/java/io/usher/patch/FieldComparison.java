package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.json.LazyJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which fields an object has lost, changed and got, by what its schema says of them.
 *
 * @param removed fields of the old object alone
 * @param modified fields of both, with another value
 * @param added fields of the new object alone
 */
record FieldComparison(FieldSet removed, FieldSet modified, FieldSet added) {

  /**
   * Compares two objects.
   *
   * @throws PatchException when elements of a list can't be told apart
   */
  static FieldComparison of(JsonNode before, JsonNode after, FieldSchema schema) {
    var walk = new Walk();
    walk.value(before, after, schema);
    return walk.result;
  }

  FieldComparison filtered(UnaryOperator<FieldSet> filter) {
    return new FieldComparison(filter.apply(removed), filter.apply(modified), filter.apply(added));
  }

  /** What the new object has that the old one has not so. */
  FieldSet set() {
    return modified.union(added);
  }

  private static final class Walk {
    private final FieldComparison result =
        new FieldComparison(new FieldSet(), new FieldSet(), new FieldSet());
    private final List<String> path = new ArrayList<>();

    private void step(
        String element, @Nullable JsonNode before, @Nullable JsonNode after, FieldSchema schema) {
      path.add(element);
      value(before, after, schema);
      path.remove(path.size() - 1);
    }

    private void value(@Nullable JsonNode before, @Nullable JsonNode after, FieldSchema schema) {
      if (before != null
          && after != null
          && (before == after || LazyJson.sameSource(before, after))) {
        return;
      }
      ValueKind kind = ValueKind.of(after);
      ValueKind old = ValueKind.of(before);
      if (kind == ValueKind.NOTHING) {
        kind = old;
      } else if (old != ValueKind.NOTHING && old != kind) {
        kind = ValueKind.SCALAR;
      }
      boolean whole =
          kind.hasOneOwner(schema) || ValueKind.isEmpty(before) && ValueKind.isEmpty(after);
      if (!whole && kind == ValueKind.MAP) {
        members(before, after, schema);
      } else if (!whole) {
        elements(before, after, schema);
      }
      if (before == null) {
        result.added.add(path);
      } else if (after == null) {
        result.removed.add(path);
      } else if (whole && !JsonEquality.equal(before, after)) {
        result.modified.add(path);
      }
    }

    private void members(@Nullable JsonNode before, @Nullable JsonNode after, FieldSchema schema) {
      if (after != null) {
        for (Map.Entry<String, JsonNode> member : after.properties()) {
          String name = member.getKey();
          JsonNode old = before == null ? null : before.get(name);
          step(PathElement.field(name), old, member.getValue(), schema.type().field(name));
        }
      }
      if (before != null) {
        for (Map.Entry<String, JsonNode> member : before.properties()) {
          String name = member.getKey();
          if (after == null || !after.has(name)) {
            step(PathElement.field(name), member.getValue(), null, schema.type().field(name));
          }
        }
      }
    }

    /** Elements that are there more than once are compared as one. */
    private void elements(@Nullable JsonNode before, @Nullable JsonNode after, FieldSchema schema) {
      Map<String, List<JsonNode>> old = index(before, schema);
      Map<String, List<JsonNode>> now = index(after, schema);
      var all = new LinkedHashSet<>(old.keySet());
      all.addAll(now.keySet());
      for (String element : all) {
        List<JsonNode> left = old.getOrDefault(element, List.of());
        List<JsonNode> right = now.getOrDefault(element, List.of());
        if (left.size() > 1 && right.size() > 1) {
          if (!left.equals(right)) {
            add(result.modified, element);
          }
        } else {
          JsonNode only = left.size() == 1 ? left.get(0) : null;
          JsonNode next = right.size() == 1 ? right.get(0) : null;
          if (only != null || next != null) {
            step(element, only, next, schema.element());
          }
          if (left.size() > 1) {
            add(result.removed, element);
          }
          if (right.size() > 1) {
            add(result.added, element);
          }
        }
      }
    }

    private void add(FieldSet set, String element) {
      path.add(element);
      set.add(path);
      path.remove(path.size() - 1);
    }

    private static Map<String, List<JsonNode>> index(@Nullable JsonNode list, FieldSchema schema) {
      var index = new LinkedHashMap<String, List<JsonNode>>();
      if (list != null) {
        for (JsonNode element : list) {
          index
              .computeIfAbsent(PathElement.of(element, schema), none -> new ArrayList<>(1))
              .add(element);
        }
      }
      return index;
    }
  }
}
