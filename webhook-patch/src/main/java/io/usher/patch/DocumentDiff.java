package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Collects the operations that turn one document into another. */
final class DocumentDiff {
  /**
   * Lists inside each other that are compared element by element; deeper ones are aligned by
   * identity, or replaced. Each level compares all that is below it, so this bounds the work by the
   * size of the documents.
   */
  static final int MAX_NESTED_LISTS = 8;

  /**
   * So far down, two values are compared before they are looked into: that is faster where they are
   * equal, and done again below where they are not.
   */
  private static final int MAX_COMPARED_DEPTH = 16;

  /**
   * Elements added to, removed from or replaced in one list; a list with more changes is replaced.
   * Each such operation moves the elements behind it, here and in the API server.
   */
  private static final int MAX_ELEMENT_OPERATIONS = 2_000;

  private final List<PatchOperation> operations = new ArrayList<>();
  private final PointerPath path = new PointerPath();
  private final EqualPairs equal = new EqualPairs();
  private int nestedLists;

  private DocumentDiff() {}

  static DocumentDiff between(JsonNode before, JsonNode after, StructSchema schema) {
    if (!(before.isObject() && after.isObject() || before.isArray() && after.isArray())
        && !JsonEquality.equal(before, after)) {
      throw new PatchException(
          "", "diff: the two documents differ at the root; both must be objects, or both arrays");
    }
    var diff = new DocumentDiff();
    diff.value(before, after, FieldSchema.of(schema));
    return diff;
  }

  List<PatchOperation> operations() {
    return operations;
  }

  /** Whether applying the operations to {@code before} gives {@code after}. */
  boolean isVerified(JsonNode before, JsonNode after) {
    var patched = new PatchedCopy(before, equal.toMap());
    operations.forEach(patched::apply);
    return patched.isEqualTo(after);
  }

  private void value(JsonNode before, JsonNode after, FieldSchema field) {
    if (path.depth() < MAX_COMPARED_DEPTH && JsonEquality.equal(before, after)) {
      equal.add(before, after);
      return;
    }
    int operationMark = operations.size();
    int equalMark = equal.size();
    if (before instanceof ObjectNode from && after instanceof ObjectNode to) {
      members(from, to, field.type());
    } else if (before.isArray() && after.isArray()) {
      elements(before, after, field);
    } else {
      if (!JsonEquality.equal(before, after)) {
        add(PatchOperation.replace(path.toString(), after));
      }
      return;
    }
    if (operations.size() == operationMark) {
      equal.truncate(equalMark);
      equal.add(before, after);
    }
  }

  /** Members mostly come in the same order: then none is looked up. */
  private void members(ObjectNode before, ObjectNode after, StructSchema schema) {
    int kept = 0;
    Iterator<Map.Entry<String, JsonNode>> others = after.properties().iterator();
    for (Map.Entry<String, JsonNode> member : before.properties()) {
      Map.Entry<String, JsonNode> next = others.hasNext() ? others.next() : null;
      String name = member.getKey();
      JsonNode value =
          next != null && name.equals(next.getKey()) ? next.getValue() : after.get(name);
      if (value == null) {
        add(PatchOperation.remove(path.to(name)));
      } else {
        kept++;
        member(name, member.getValue(), value, schema);
      }
    }
    if (kept < after.size()) {
      for (Map.Entry<String, JsonNode> member : after.properties()) {
        if (!before.has(member.getKey())) {
          add(PatchOperation.add(path.to(member.getKey()), member.getValue()));
        }
      }
    }
  }

  private void member(String name, JsonNode before, JsonNode after, StructSchema schema) {
    if (before.isContainerNode() && before != after) {
      path.enter(name);
      value(before, after, schema.field(name));
      path.leave();
    } else if (!JsonEquality.equal(before, after)) {
      add(PatchOperation.replace(path.to(name), after));
    }
  }

  private void elements(JsonNode before, JsonNode after, FieldSchema field) {
    boolean deep = nestedLists == MAX_NESTED_LISTS;
    ArrayAlignment alignment =
        deep
            ? ArrayAlignment.byIdentity(before, after, field)
            : ArrayAlignment.of(before, after, field);
    if (alignment == null) {
      if (!JsonEquality.equal(before, after)) {
        add(PatchOperation.replace(path.toString(), after));
      }
      return;
    }
    nestedLists += deep ? 0 : 1;
    edit(before, after, alignment, FieldSchema.of(field.type()));
    nestedLists -= deep ? 0 : 1;
  }

  /** Changes first, then removals from high to low, so that both go by the indexes before. */
  private void edit(
      JsonNode before, JsonNode after, ArrayAlignment alignment, FieldSchema element) {
    if (alignment.isInPlace(before.size())) {
      for (int i = 0; i < after.size(); i++) {
        kept(i, i, before, after, alignment, element);
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
      } else if (place >= 0) {
        kept(i, place, before, after, alignment, element);
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
  private void kept(
      int index,
      int place,
      JsonNode before,
      JsonNode after,
      ArrayAlignment alignment,
      FieldSchema field) {
    JsonNode from = before.get(index);
    JsonNode to = after.get(place);
    if (alignment.isEqual(place) || !alignment.identified() && JsonEquality.equal(from, to)) {
      equal.add(from, to);
      return;
    }
    int operationMark = operations.size();
    int equalMark = equal.size();
    path.enter(index);
    value(from, to, field);
    path.leave();
    if (!alignment.identified() && operations.size() > operationMark + 1) {
      operations.subList(operationMark, operations.size()).clear();
      equal.truncate(equalMark);
      add(PatchOperation.replace(path.to(index), to));
    }
  }

  private void add(PatchOperation operation) {
    operations.add(operation);
  }
}
