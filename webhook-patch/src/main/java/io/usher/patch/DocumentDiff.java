package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Collects the operations that turn one document into another. */
final class DocumentDiff {
  /**
   * Lists without identity inside each other that are looked into; deeper ones are replaced. Each
   * level compares all that is below it, so this bounds the work by the size of the documents.
   */
  static final int MAX_NESTED_ALIGNMENTS = 8;

  /**
   * Elements added to, removed from or replaced in one list; a list with more changes is replaced.
   * Each such operation moves the elements behind it, here and in the API server.
   */
  private static final int MAX_ELEMENT_OPERATIONS = 2_000;

  private final List<PatchOperation> operations = new ArrayList<>();
  private final PointerPath path = new PointerPath();
  private int nestedAlignments;

  private DocumentDiff() {}

  static List<PatchOperation> between(JsonNode before, JsonNode after, StructSchema schema) {
    if (!(before.isObject() && after.isObject() || before.isArray() && after.isArray())
        && !JsonEquality.equal(before, after)) {
      throw new PatchException("", "diff: the document is another one, not a changed one");
    }
    var diff = new DocumentDiff();
    diff.value(before, after, FieldSchema.of(schema));
    return diff.operations;
  }

  private void value(JsonNode before, JsonNode after, FieldSchema field) {
    if (JsonEquality.same(before, after)) {
      return;
    }
    if (before instanceof ObjectNode object && after.isObject()) {
      members(object, (ObjectNode) after, field.type());
    } else if (before.isArray() && after.isArray()) {
      elements(before, after, field);
    } else if (!JsonEquality.equal(before, after)) {
      add(PatchOperation.replace(path.toString(), after));
    }
  }

  private void members(ObjectNode before, ObjectNode after, StructSchema schema) {
    int kept = 0;
    for (Map.Entry<String, JsonNode> member : before.properties()) {
      String name = member.getKey();
      JsonNode value = after.get(name);
      if (value == null) {
        add(PatchOperation.remove(path.to(name)));
        continue;
      }
      kept++;
      if (member.getValue() != value) {
        path.enter(name);
        value(member.getValue(), value, schema.field(name));
        path.leave();
      }
    }
    if (kept == after.size()) {
      return;
    }
    for (Map.Entry<String, JsonNode> member : after.properties()) {
      if (!before.has(member.getKey())) {
        add(PatchOperation.add(path.to(member.getKey()), member.getValue()));
      }
    }
  }

  private void elements(JsonNode before, JsonNode after, FieldSchema field) {
    if (before.isEmpty() && after.isEmpty()) {
      return;
    }
    if (nestedAlignments == MAX_NESTED_ALIGNMENTS) {
      if (!JsonEquality.equal(before, after)) {
        add(PatchOperation.replace(path.toString(), after));
      }
      return;
    }
    FieldSchema element = FieldSchema.of(field.type());
    ArrayAlignment alignment = ArrayAlignment.of(before, after, field);
    int nesting = alignment.identified() ? 0 : 1;
    nestedAlignments += nesting;
    edit(before, after, alignment, element);
    nestedAlignments -= nesting;
  }

  /** Changes first, then removals from high to low, so that both go by the indexes before. */
  private void edit(
      JsonNode before, JsonNode after, ArrayAlignment alignment, FieldSchema element) {
    if (alignment.isInPlace(before.size())) {
      for (int i = alignment.equalHead(); i < after.size() - alignment.equalTail(); i++) {
        element(i, before.get(i), after.get(i), element, alignment.identified());
      }
      return;
    }
    ArrayEdit edit = ArrayEdit.of(before, after, alignment);
    if (edit.isRewrite() || edit.operations() > MAX_ELEMENT_OPERATIONS) {
      add(PatchOperation.replace(path.toString(), after));
      return;
    }
    for (int i = 0; i < before.size(); i++) {
      int place = edit.place(i);
      if (edit.isReplaced(i)) {
        add(PatchOperation.replace(path.to(i), after.get(place)));
      } else if (place >= 0 && !alignment.isEqual(place)) {
        element(i, before.get(i), after.get(place), element, alignment.identified());
      }
    }
    for (int i = before.size() - 1; i >= 0; i--) {
      if (edit.place(i) < 0) {
        add(PatchOperation.remove(path.to(i)));
      }
    }
    for (int i = 0; i < after.size(); i++) {
      if (edit.isAdded(i)) {
        add(PatchOperation.add(path.to(i), after.get(i)));
      }
    }
  }

  /** An element without identity may be another one: it is replaced unless one operation does. */
  private void element(
      int index, JsonNode before, JsonNode after, FieldSchema element, boolean identified) {
    if (before == after || !identified && JsonEquality.equal(before, after)) {
      return;
    }
    int mark = operations.size();
    path.enter(index);
    value(before, after, element);
    path.leave();
    if (!identified && operations.size() > mark + 1) {
      operations.subList(mark, operations.size()).clear();
      add(PatchOperation.replace(path.to(index), after));
    }
  }

  private void add(PatchOperation operation) {
    operations.add(operation);
  }
}
