package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Map;

/** Makes strategic merge patches: what turns one object into another, or a part of that. */
final class StrategicDiff {
  /** Which part of the difference is wanted. */
  enum Part {
    ALL,
    CHANGES_AND_ADDITIONS,
    DELETIONS,
    /** All, but without the directives that set the order of lists. */
    UNORDERED;

    boolean changes() {
      return this != DELETIONS;
    }

    boolean deletions() {
      return this != CHANGES_AND_ADDITIONS;
    }

    boolean ordered() {
      return this != UNORDERED;
    }
  }

  static final String STEP = "create strategic merge patch";

  private final Part part;
  private final PointerPath path = new PointerPath();

  StrategicDiff(Part part) {
    this.part = part;
  }

  ObjectNode between(JsonNode original, JsonNode modified, StructSchema schema) {
    return members(object(original), object(modified), schema, false);
  }

  private static ObjectNode object(JsonNode document) {
    if (document instanceof ObjectNode object) {
      return object;
    }
    throw new PatchException("", STEP + ": a document is no object");
  }

  private ObjectNode members(
      ObjectNode original, ObjectNode modified, StructSchema schema, boolean retainKeys) {
    ObjectNode patch = PatchedCopy.NODES.objectNode();
    for (Map.Entry<String, JsonNode> member : modified.properties()) {
      member(member.getKey(), original.get(member.getKey()), member.getValue(), patch, schema);
    }
    boolean dropsValue = false;
    for (Map.Entry<String, JsonNode> member : original.properties()) {
      if (!modified.has(member.getKey())) {
        dropsValue |= !member.getValue().isNull();
        if (part.deletions()) {
          patch.putNull(member.getKey());
        }
      }
    }
    if (retainKeys && (!patch.isEmpty() || dropsValue)) {
      retain(modified, patch);
    }
    return patch;
  }

  private static void retain(ObjectNode modified, ObjectNode patch) {
    var keys = new ArrayList<String>(modified.size());
    for (Map.Entry<String, JsonNode> member : modified.properties()) {
      if (!member.getValue().isNull()) {
        keys.add(member.getKey());
      }
    }
    if (!keys.isEmpty()) {
      keys.sort(ValueType.TEXT_ORDER);
      keys.forEach(patch.withArray(Directive.RETAIN_KEYS)::add);
    }
  }

  private void member(
      String name, JsonNode original, JsonNode modified, ObjectNode patch, StructSchema schema) {
    if (original == null) {
      change(name, modified, patch);
    } else if (name.equals(Directive.PATCH)) {
      directive(original, modified, patch);
    } else if (ValueType.of(original) != ValueType.of(modified)) {
      change(name, modified, patch);
    } else if (original.isContainerNode()) {
      path.enter(name);
      container(name, original, modified, patch, schema);
      path.leave();
    } else if (!JsonEquality.equal(original, modified)) {
      change(name, modified, patch);
    }
  }

  private void change(String name, JsonNode value, ObjectNode patch) {
    if (part.changes()) {
      patch.set(name, value);
    }
  }

  private void directive(JsonNode original, JsonNode modified, ObjectNode patch) {
    if (!original.isTextual() || !modified.isTextual()) {
      throw new PatchException(path.to(Directive.PATCH), STEP + ": $patch must be a string");
    }
    if (!original.equals(modified)) {
      patch.set(Directive.PATCH, modified);
    }
  }

  private void container(
      String name, JsonNode original, JsonNode modified, ObjectNode patch, StructSchema schema) {
    FieldSchema field = schema.knownField(name);
    if (field == null) {
      if (JsonEquality.equal(original, modified)) {
        return;
      }
      throw new PatchException(
          path.toString(), STEP + ": " + schema + " has no field '" + name + "'");
    }
    if (original.isArray() && field.strategy() == FieldSchema.Strategy.MERGE) {
      list(name, original, modified, patch, field);
    } else if (original.isArray()) {
      if (!JsonEquality.equal(original, modified)) {
        change(name, modified, patch);
      }
    } else if (field.strategy() == FieldSchema.Strategy.REPLACE) {
      change(name, modified, patch);
    } else {
      ObjectNode difference =
          members((ObjectNode) original, (ObjectNode) modified, field.type(), field.retainKeys());
      if (!difference.isEmpty()) {
        patch.set(name, difference);
      }
    }
  }

  private void list(
      String name, JsonNode original, JsonNode modified, ObjectNode patch, FieldSchema field) {
    if (original.isEmpty() && (modified.isEmpty() || !part.changes())) {
      return;
    }
    boolean maps =
        MergeList.elementType(STEP, path.toString(), original, modified) == ValueType.MAP;
    var diff =
        new MergeListDiff(
            name,
            new MergeList(STEP, path.toString(), field.mergeKey()),
            MergeList.elements(original),
            MergeList.elements(modified),
            part,
            patch);
    if (original.isEmpty()) {
      diff.additions();
    } else if (maps) {
      diff.maps(
          (index, before, after) -> {
            path.enter(index);
            ObjectNode difference =
                members((ObjectNode) before, (ObjectNode) after, field.type(), field.retainKeys());
            path.leave();
            return difference;
          });
    } else {
      diff.scalars();
    }
  }
}
