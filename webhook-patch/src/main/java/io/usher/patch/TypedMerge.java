package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Carries a change that was made to a typed view of a document into the document itself.
 *
 * <p>Decoding to a type and encoding again drops what the type does not know and rewrites what it
 * writes differently. So the document is changed only where the view after the edit differs from
 * the view before it: fields that the type does not know, empty lists, explicit nulls and the
 * spelling of values stay as they are. Elements of a list keep what the type does not know of them
 * when others are inserted before them, removed or changed, and when they are put in another order.
 *
 * <p>A null in a view is a Java field without a value, which types write or leave out as they like.
 * It counts as absent: nulls that the document has stay, and none is added.
 */
final class TypedMerge {
  private static final ObjectNode EMPTY = PatchedCopy.NODES.objectNode();

  private int nestedLists;

  private TypedMerge() {}

  /**
   * Merges the difference {@code before} to {@code after} into {@code raw}.
   *
   * @param raw the document that was decoded; left as it is
   * @param before the view as decoded, encoded again
   * @param after the view after the edit, encoded in the same way
   * @param schema what is declared of the document's lists; {@link StructSchema#none()} will do
   * @return a new tree that shares untouched parts with {@code raw} and new ones with {@code
   *     after}; {@code raw} itself where nothing changed
   */
  static JsonNode merge(JsonNode raw, JsonNode before, JsonNode after, StructSchema schema) {
    JsonNode merged =
        new TypedMerge().value(RawValue.of(raw), before, after, FieldSchema.of(schema));
    return merged == null ? raw : merged;
  }

  /** The merged value, or null where nothing changed: then nobody has looked into {@code raw}. */
  private @Nullable JsonNode value(
      RawValue raw, JsonNode before, JsonNode after, FieldSchema field) {
    if (JsonEquality.same(before, after)) {
      return null;
    }
    if (before instanceof ObjectNode object && after.isObject()) {
      return members(raw, object, (ObjectNode) after, field.type());
    }
    if (before.isArray() && after.isArray()) {
      return elements(raw, before, after, field);
    }
    return JsonEquality.equal(before, after) ? null : withoutNulls(after);
  }

  private @Nullable JsonNode members(
      RawValue raw, ObjectNode before, ObjectNode after, StructSchema schema) {
    ObjectNode changes = null;
    boolean removed = false;
    for (Map.Entry<String, JsonNode> member : before.properties()) {
      String name = member.getKey();
      JsonNode value = after.get(name);
      if (isRemoved(member.getValue(), value)) {
        removed |= raw.member(name).node() != null;
      } else {
        JsonNode merged = value(raw.member(name), member.getValue(), value, schema.field(name));
        changes = with(changes, name, merged);
      }
    }
    for (Map.Entry<String, JsonNode> member : after.properties()) {
      String name = member.getKey();
      if (!before.has(name) && !member.getValue().isNull()) {
        JsonNode merged = added(raw.member(name), member.getValue(), schema.field(name));
        changes = with(changes, name, merged);
      }
    }
    return changes == null && !removed ? null : changed(raw.node(), before, after, changes);
  }

  private static @Nullable ObjectNode with(
      @Nullable ObjectNode changes, String name, @Nullable JsonNode value) {
    if (value == null) {
      return changes;
    }
    ObjectNode extended = changes == null ? PatchedCopy.NODES.objectNode() : changes;
    extended.set(name, value);
    return extended;
  }

  private @Nullable JsonNode added(RawValue raw, JsonNode value, FieldSchema field) {
    boolean merges = value.isObject() && raw.node() instanceof ObjectNode;
    return merges ? value(raw, EMPTY, value, field) : withoutNulls(value);
  }

  private static boolean isRemoved(JsonNode before, @Nullable JsonNode after) {
    return after == null || (after.isNull() && !before.isNull());
  }

  /** The value without null members and elements, the same instance where it has none. */
  private static JsonNode withoutNulls(JsonNode value) {
    if (!hasNulls(value)) {
      return value;
    }
    if (value instanceof ObjectNode object) {
      ObjectNode kept = PatchedCopy.NODES.objectNode();
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        if (!member.getValue().isNull()) {
          kept.set(member.getKey(), withoutNulls(member.getValue()));
        }
      }
      return kept;
    }
    ArrayNode kept = PatchedCopy.NODES.arrayNode(value.size());
    for (JsonNode element : value) {
      if (!element.isNull()) {
        kept.add(withoutNulls(element));
      }
    }
    return kept;
  }

  private static boolean hasNulls(JsonNode value) {
    for (JsonNode child : value) {
      if (child.isNull() || hasNulls(child)) {
        return true;
      }
    }
    return false;
  }

  private static JsonNode changed(
      @Nullable JsonNode raw, ObjectNode before, ObjectNode after, @Nullable ObjectNode changes) {
    ObjectNode merged;
    if (raw == null || raw.isNull()) {
      merged = PatchedCopy.NODES.objectNode();
    } else if (raw.isObject()) {
      merged = (ObjectNode) PatchedCopy.shallowCopy(raw);
    } else {
      return withoutNulls(after);
    }
    for (Map.Entry<String, JsonNode> member : before.properties()) {
      if (isRemoved(member.getValue(), after.get(member.getKey()))) {
        merged.remove(member.getKey());
      }
    }
    return changes == null ? merged : merged.setAll(changes);
  }

  private @Nullable JsonNode elements(
      RawValue raw, JsonNode before, JsonNode after, FieldSchema field) {
    boolean deep = nestedLists == DocumentDiff.MAX_NESTED_LISTS;
    ArrayAlignment alignment =
        deep
            ? ArrayAlignment.byIdentity(before, after, field)
            : ArrayAlignment.of(before, after, field);
    if (alignment == null) {
      return JsonEquality.equal(before, after) ? null : withoutNulls(after);
    }
    nestedLists += deep ? 0 : 1;
    int[] sources = ElementSearch.sources(before, after, alignment);
    var merged = new JsonNode[sources.length];
    FieldSchema element = FieldSchema.of(field.type());
    boolean changed = before.size() != sources.length;
    for (int i = 0; i < sources.length; i++) {
      int source = sources[i];
      if (source < 0) {
        merged[i] = withoutNulls(after.get(i));
      } else if (!alignment.isEqual(i)) {
        merged[i] = value(raw.element(source), before.get(source), after.get(i), element);
      }
      changed |= source != i || merged[i] != null;
    }
    nestedLists -= deep ? 0 : 1;
    return changed ? changed(raw.node(), before, after, sources, merged) : null;
  }

  /** Elements are found in raw by their index before: a view that drops some cannot be followed. */
  private static JsonNode changed(
      @Nullable JsonNode raw, JsonNode before, JsonNode after, int[] sources, JsonNode[] merged) {
    if (raw == null || !raw.isArray() || raw.size() != before.size()) {
      return withoutNulls(after);
    }
    ArrayNode elements = PatchedCopy.NODES.arrayNode(sources.length);
    for (int i = 0; i < sources.length; i++) {
      JsonNode element = merged[i];
      if (element == null) {
        elements.add(raw.get(sources[i]));
      } else if (!element.isNull()) {
        elements.add(element);
      }
    }
    return elements;
  }
}
