package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
 */
public final class TypedMerge {
  private static final ObjectNode EMPTY = JsonNodeFactory.instance.objectNode();

  private int nestedAlignments;

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
  public static JsonNode merge(JsonNode raw, JsonNode before, JsonNode after, StructSchema schema) {
    JsonNode merged = new TypedMerge().value(raw, before, after, FieldSchema.of(schema));
    return merged == null ? raw : merged;
  }

  /** The merged value; {@code raw} itself where nothing changed, its absence included. */
  private @Nullable JsonNode value(
      @Nullable JsonNode raw, JsonNode before, JsonNode after, FieldSchema field) {
    if (JsonEquality.same(before, after)) {
      return raw;
    }
    if (before.isObject() && after.isObject() && isObjectOrAbsent(raw)) {
      return members(raw, (ObjectNode) before, (ObjectNode) after, field.type());
    }
    if (before.isArray() && after.isArray() && raw != null && raw.isArray()) {
      return elements(raw, before, after, field);
    }
    return JsonEquality.equal(before, after) ? raw : after;
  }

  private static boolean isObjectOrAbsent(@Nullable JsonNode raw) {
    return raw == null || raw.isNull() || raw.isObject();
  }

  private @Nullable JsonNode members(
      @Nullable JsonNode raw, ObjectNode before, ObjectNode after, StructSchema schema) {
    var merged = new MergedObject(raw);
    for (Map.Entry<String, JsonNode> member : before.properties()) {
      String name = member.getKey();
      JsonNode value = after.get(name);
      if (value == null) {
        merged.remove(name);
      } else {
        merged.set(name, value(merged.get(name), member.getValue(), value, schema.field(name)));
      }
    }
    for (Map.Entry<String, JsonNode> member : after.properties()) {
      String name = member.getKey();
      if (!before.has(name)) {
        merged.set(name, added(merged.get(name), member.getValue(), schema.field(name)));
      }
    }
    return merged.result();
  }

  private @Nullable JsonNode added(@Nullable JsonNode raw, JsonNode value, FieldSchema field) {
    boolean objects = raw != null && raw.isObject() && value.isObject();
    return objects ? value(raw, EMPTY, value, field) : value;
  }

  private JsonNode elements(JsonNode raw, JsonNode before, JsonNode after, FieldSchema field) {
    // Elements are found in raw by their index before: a view that drops some cannot be followed.
    boolean followed = raw.size() == before.size();
    if (!followed || nestedAlignments == DocumentDiff.MAX_NESTED_ALIGNMENTS) {
      return JsonEquality.equal(before, after) ? raw : after;
    }
    ArrayAlignment alignment = ArrayAlignment.of(before, after, field);
    int nesting = alignment.identified() ? 0 : 1;
    nestedAlignments += nesting;
    int[] sources =
        alignment.identified() ? alignment.sources() : ElementSearch.of(before, after, alignment);
    ArrayNode merged = JsonNodeFactory.instance.arrayNode(sources.length);
    FieldSchema element = FieldSchema.of(field.type());
    boolean changed = raw.size() != sources.length;
    for (int i = 0; i < sources.length; i++) {
      int source = sources[i];
      JsonNode value =
          source < 0
              ? after.get(i)
              : alignment.isEqual(i)
                  ? raw.get(source)
                  : value(raw.get(source), before.get(source), after.get(i), element);
      merged.add(value);
      changed |= source != i || value != raw.get(i);
    }
    nestedAlignments -= nesting;
    return changed ? merged : raw;
  }

  /** The raw object, copied when it is first changed. */
  private static final class MergedObject {
    private final @Nullable JsonNode raw;
    private @Nullable ObjectNode copy;

    MergedObject(@Nullable JsonNode raw) {
      this.raw = raw;
    }

    @Nullable JsonNode get(String name) {
      return raw == null ? null : raw.get(name);
    }

    void set(String name, @Nullable JsonNode value) {
      if (value != null && value != get(name)) {
        copy().set(name, value);
      }
    }

    void remove(String name) {
      if (get(name) != null) {
        copy().remove(name);
      }
    }

    private ObjectNode copy() {
      if (copy == null) {
        copy =
            raw instanceof ObjectNode object
                ? (ObjectNode) PatchedCopy.shallowCopy(object)
                : JsonNodeFactory.instance.objectNode();
      }
      return copy;
    }

    @Nullable JsonNode result() {
      return copy == null ? raw : copy;
    }
  }
}
