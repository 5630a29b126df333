package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Merges a strategic merge patch into a document, or into another patch. */
final class StrategicMerge {
  static final String STEP = "apply strategic merge patch";

  /** What a patch is merged into. */
  enum Target {
    /** A document: directives are obeyed, and nulls delete. */
    DOCUMENT,
    /** A patch: its nulls and directives stay, and those of the other join them. */
    PATCH
  }

  private final Target target;
  private final PointerPath path = new PointerPath();

  StrategicMerge(Target target) {
    this.target = target;
  }

  ObjectNode into(JsonNode original, JsonNode patch, StructSchema schema) {
    if (!(original instanceof ObjectNode document) || !(patch instanceof ObjectNode changes)) {
      throw failed("the document and the patch must be objects");
    }
    return members(document, changes, schema);
  }

  private ObjectNode members(ObjectNode original, ObjectNode patch, StructSchema schema) {
    JsonNode directive = patch.get(Directive.PATCH);
    if (directive != null) {
      return replaced(patch, directive);
    }
    var merged = (ObjectNode) PatchedCopy.shallowCopy(original);
    var left = (ObjectNode) PatchedCopy.shallowCopy(patch);
    retainKeys(merged, left);
    for (Map.Entry<String, JsonNode> member : patch.properties()) {
      if (member.getKey().startsWith(Directive.ELEMENT_ORDER)) {
        ordered(member.getKey(), merged, left, schema);
      }
    }
    for (Map.Entry<String, JsonNode> member : left.properties()) {
      member(member.getKey(), member.getValue(), merged, schema);
    }
    return merged;
  }

  private ObjectNode replaced(ObjectNode patch, JsonNode directive) {
    if (Directive.DELETE_WORD.equals(directive.textValue())) {
      return PatchedCopy.NODES.objectNode();
    }
    if (!Directive.REPLACE_WORD.equals(directive.textValue())) {
      throw failed("$patch must be replace or delete here, and is " + directive);
    }
    var replacement = (ObjectNode) PatchedCopy.shallowCopy(patch);
    replacement.remove(Directive.PATCH);
    return replacement;
  }

  private void retainKeys(ObjectNode merged, ObjectNode patch) {
    JsonNode keys = patch.remove(Directive.RETAIN_KEYS);
    if (keys == null) {
      return;
    }
    if (target == Target.PATCH) {
      join(Directive.RETAIN_KEYS, keys, merged);
      return;
    }
    if (!keys.isArray()) {
      throw failed("$retainKeys must be a list");
    }
    Set<String> retained = new HashSet<>();
    keys.forEach(key -> retained.add(key.textValue()));
    for (Map.Entry<String, JsonNode> member : patch.properties()) {
      String name = member.getKey();
      if (!member.getValue().isNull()
          && !name.startsWith(Directive.DELETE_VALUES)
          && !name.startsWith(Directive.ELEMENT_ORDER)
          && !retained.contains(name)) {
        throw failed("$retainKeys does not list '" + name + "', which the patch sets");
      }
    }
    merged.retain(retained);
  }

  /** Two patches that are merged must not say different things with one directive. */
  private void join(String directive, JsonNode value, ObjectNode merged) {
    JsonNode present = merged.get(directive);
    if (present != null && !JsonEquality.equal(present, value)) {
      throw failed("two patches have a different " + directive);
    }
    merged.set(directive, value);
  }

  private void ordered(String directive, ObjectNode merged, ObjectNode patch, StructSchema schema) {
    JsonNode order = patch.remove(directive);
    if (target == Target.PATCH) {
      join(directive, order, merged);
    }
    String name = listName(directive, Directive.ELEMENT_ORDER);
    path.enter(name);
    JsonNode live = merged.get(name);
    JsonNode changes = patch.get(name);
    requireList(directive, order);
    requireList(name, live);
    requireList(name, changes);
    FieldSchema field = field(name, schema);
    JsonNode result = list(field).ordered(live, changes, order);
    if (result != null) {
      merged.set(name, result);
      patch.remove(name);
    }
    path.leave();
  }

  private void requireList(String name, @Nullable JsonNode value) {
    if (value != null && !value.isArray()) {
      throw failed(name + " must be a list");
    }
  }

  private String listName(String directive, String prefix) {
    if (!directive.startsWith(prefix + '/')) {
      throw failed("'" + directive + "' is no directive");
    }
    return directive.substring(prefix.length() + 1);
  }

  private void member(String key, JsonNode value, ObjectNode merged, StructSchema schema) {
    boolean deletesValues = key.startsWith(Directive.DELETE_VALUES);
    if (deletesValues && target == Target.PATCH) {
      merged.set(key, value);
      return;
    }
    String name = deletesValues ? listName(key, Directive.DELETE_VALUES) : key;
    if (value.isNull()) {
      merged.remove(name);
      if (target == Target.PATCH) {
        merged.set(name, value);
      }
      return;
    }
    JsonNode present = merged.get(name);
    boolean alike = present != null && ValueType.of(present) == ValueType.of(value);
    if (alike && value.isContainerNode()) {
      path.enter(name);
      FieldSchema field = field(name, schema);
      merged.set(
          name,
          value.isArray()
              ? list(field).merged(present, value, deletesValues)
              : map(present, value, field));
      path.leave();
    } else if (!deletesValues) {
      set(name, value, merged);
    }
  }

  private JsonNode map(JsonNode present, JsonNode patch, FieldSchema field) {
    return field.strategy() == FieldSchema.Strategy.REPLACE
        ? patch
        : members((ObjectNode) present, (ObjectNode) patch, field.type());
  }

  private MergeListApplier list(FieldSchema field) {
    return new MergeListApplier(
        path.toString(),
        field,
        (index, element, patch) -> {
          path.enter(index);
          ObjectNode merged = members((ObjectNode) element, (ObjectNode) patch, field.type());
          path.leave();
          return merged;
        });
  }

  private FieldSchema field(String name, StructSchema schema) {
    FieldSchema field = schema.knownField(name);
    if (field == null) {
      throw failed(schema + " has no field '" + name + "'");
    }
    return field;
  }

  private void set(String name, JsonNode value, ObjectNode merged) {
    JsonNode plain =
        withoutDirectives(target == Target.DOCUMENT ? JsonMergePatch.withoutNulls(value) : value);
    if (plain == null) {
      merged.remove(name);
    } else {
      merged.set(name, plain);
    }
  }

  /** The value without the maps in it that hold a directive, null where it is one. */
  static @Nullable JsonNode withoutDirectives(JsonNode value) {
    if (value.isArray()) {
      ArrayNode plain = PatchedCopy.NODES.arrayNode(value.size());
      for (JsonNode element : value) {
        JsonNode kept = withoutDirectives(element);
        if (kept != null) {
          plain.add(kept);
        }
      }
      return plain;
    }
    if (!(value instanceof ObjectNode object)) {
      return value;
    }
    if (object.has(Directive.PATCH)) {
      return null;
    }
    ObjectNode plain = PatchedCopy.NODES.objectNode();
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      JsonNode kept = withoutDirectives(member.getValue());
      if (kept != null) {
        plain.set(member.getKey(), kept);
      }
    }
    return plain;
  }

  private PatchException failed(String problem) {
    return new PatchException(path.toString(), STEP + ": " + problem);
  }
}
