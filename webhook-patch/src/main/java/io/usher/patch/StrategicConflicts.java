package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Finds where two strategic merge patches of one document say different things. */
final class StrategicConflicts {
  private final PointerPath path = new PointerPath();

  /**
   * @throws PatchConflictException where the two patches differ on what both of them have
   */
  void require(ObjectNode patch, ObjectNode live, StructSchema schema) {
    maps(patch, live, FieldSchema.of(schema));
  }

  private void values(JsonNode patch, JsonNode live, FieldSchema field) {
    if (patch.isContainerNode() && patch.getNodeType() != live.getNodeType()) {
      throw conflict(patch, live);
    }
    if (patch instanceof ObjectNode map) {
      maps(map, (ObjectNode) live, field);
    } else if (patch.isArray()) {
      lists(patch, live, field);
    } else if (!JsonEquality.equal(patch, live)) {
      throw conflict(patch, live);
    }
  }

  private void maps(ObjectNode patch, ObjectNode live, FieldSchema field) {
    if (!patch.path(Directive.PATCH).equals(live.path(Directive.PATCH))) {
      throw conflict(patch, live);
    }
    if (field.strategy() == FieldSchema.Strategy.REPLACE) {
      return;
    }
    for (Map.Entry<String, JsonNode> member : patch.properties()) {
      String name = member.getKey();
      JsonNode other = live.get(name);
      if (other != null && !name.startsWith("$")) {
        path.enter(name);
        values(member.getValue(), other, field(name, member.getValue(), field.type()));
        path.leave();
      }
    }
  }

  private FieldSchema field(String name, JsonNode value, StructSchema schema) {
    FieldSchema field =
        value.isContainerNode() ? schema.knownField(name) : StructSchema.none().asField();
    if (field == null) {
      throw new PatchException(
          path.toString(), StrategicDiff.STEP + ": " + schema + " has no field '" + name + "'");
    }
    return field;
  }

  private void lists(JsonNode patch, JsonNode live, FieldSchema field) {
    ValueType type = MergeList.elementType(StrategicDiff.STEP, path.toString(), patch, live);
    boolean maps = type == ValueType.MAP;
    if (field.strategy() == FieldSchema.Strategy.MERGE) {
      if (maps) {
        mergedMaps(patch, live, field);
      }
    } else if (patch.size() != live.size() || !maps && !scalars(patch).equals(scalars(live))) {
      throw conflict(patch, live);
    } else if (maps) {
      for (int i = 0; i < patch.size(); i++) {
        element(i, patch.get(i), live.get(i), field);
      }
    }
  }

  private void mergedMaps(JsonNode patch, JsonNode live, FieldSchema field) {
    var list = new MergeList(StrategicDiff.STEP, path.toString(), field.mergeKey());
    Map<Object, JsonNode> liveElements = new HashMap<>();
    live.forEach(element -> liveElements.put(list.identity(element), element));
    for (int i = 0; i < patch.size(); i++) {
      JsonNode other = liveElements.get(list.identity(patch.get(i)));
      if (other != null) {
        element(i, patch.get(i), other, field);
      }
    }
  }

  private void element(int index, JsonNode patch, JsonNode live, FieldSchema field) {
    path.enter(index);
    values(patch, live, FieldSchema.of(field.type()));
    path.leave();
  }

  /** The order of a list of scalars is no conflict. */
  private static Set<Object> scalars(JsonNode list) {
    var scalars = new HashSet<>();
    list.forEach(value -> scalars.add(ValueType.scalar(value)));
    return scalars;
  }

  private PatchConflictException conflict(JsonNode patch, JsonNode live) {
    return new PatchConflictException(
        path.toString(),
        StrategicDiff.STEP
            + ": conflict: it was changed to "
            + brief(live)
            + ", and is to be "
            + brief(patch));
  }

  private static String brief(JsonNode value) {
    return value.isContainerNode()
        ? "another " + (value.isArray() ? "list" : "map")
        : value.toString();
  }
}
