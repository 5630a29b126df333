package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * The JSON merge patch of RFC 7386: maps are merged, {@code null} deletes, and everything else,
 * lists included, is replaced. This is the patch for custom resources, of which a strategic merge
 * patch cannot be made.
 */
public final class JsonMergePatch {
  private static final String CREATE = "create JSON merge patch";

  private JsonMergePatch() {}

  /**
   * The merge patch that turns {@code original} into {@code modified}. A merge patch cannot set a
   * value to null: where {@code modified} does, applying the patch deletes it.
   *
   * @return a patch that may share parts with {@code modified}
   * @throws PatchException where a document is no object
   */
  public static ObjectNode create(JsonNode original, JsonNode modified) {
    return difference(object(original), object(modified));
  }

  /**
   * The merge patch for {@code current} that sets all that {@code modified} has, and deletes what
   * {@code original} has and {@code modified} has not, as {@code CreateThreeWayJSONMergePatch} of
   * Kubernetes. Nulls in the maps of a list are left out: Kubernetes takes them as absent.
   *
   * @return a patch that may share parts with the documents
   * @throws PatchConflictException where an addition and a deletion meet at one place
   * @throws PatchException where a document is no object
   */
  public static ObjectNode create(JsonNode original, JsonNode modified, JsonNode current) {
    ObjectNode additions = part(create(current, modified), false);
    ObjectNode deletions = part(create(original, modified), true);
    return joined(deletions, additions, new PointerPath());
  }

  /**
   * Applies {@code patch} to {@code document}, which is left as it is.
   *
   * @return a document that may share parts with both
   */
  public static JsonNode apply(JsonNode document, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch;
    }
    ObjectNode patched =
        document instanceof ObjectNode object
            ? (ObjectNode) PatchedCopy.shallowCopy(object)
            : PatchedCopy.NODES.objectNode();
    for (Map.Entry<String, JsonNode> member : changes.properties()) {
      String name = member.getKey();
      if (member.getValue().isNull()) {
        patched.remove(name);
      } else {
        patched.set(name, apply(patched.path(name), member.getValue()));
      }
    }
    return patched;
  }

  private static ObjectNode object(JsonNode document) {
    if (document instanceof ObjectNode object) {
      return object;
    }
    throw new PatchException("", CREATE + ": a document is no object");
  }

  private static ObjectNode difference(ObjectNode original, ObjectNode modified) {
    ObjectNode patch = PatchedCopy.NODES.objectNode();
    for (Map.Entry<String, JsonNode> member : original.properties()) {
      if (!modified.has(member.getKey())) {
        patch.putNull(member.getKey());
      }
    }
    for (Map.Entry<String, JsonNode> member : modified.properties()) {
      String name = member.getKey();
      JsonNode before = original.get(name);
      JsonNode after = member.getValue();
      if (before instanceof ObjectNode from && after instanceof ObjectNode to) {
        ObjectNode difference = difference(from, to);
        if (!difference.isEmpty()) {
          patch.set(name, difference);
        }
      } else if (before == null || !JsonEquality.equal(before, after)) {
        patch.set(name, after);
      }
    }
    return patch;
  }

  /** The deletions of a patch alone, or all but these; an empty map is a value to be set. */
  private static ObjectNode part(ObjectNode patch, boolean deletions) {
    ObjectNode part = PatchedCopy.NODES.objectNode();
    for (Map.Entry<String, JsonNode> member : patch.properties()) {
      JsonNode value = member.getValue();
      if (value instanceof ObjectNode object && !object.isEmpty()) {
        ObjectNode below = part(object, deletions);
        if (!below.isEmpty()) {
          part.set(member.getKey(), below);
        }
      } else if (value.isNull() == deletions) {
        part.set(member.getKey(), value);
      }
    }
    return part;
  }

  private static ObjectNode joined(ObjectNode deletions, ObjectNode additions, PointerPath path) {
    var joined = (ObjectNode) PatchedCopy.shallowCopy(deletions);
    for (Map.Entry<String, JsonNode> member : additions.properties()) {
      String name = member.getKey();
      JsonNode deleted = deletions.get(name);
      if (deleted == null) {
        joined.set(name, withoutNulls(member.getValue()));
      } else if (deleted instanceof ObjectNode below
          && member.getValue() instanceof ObjectNode set) {
        path.enter(name);
        joined.set(name, joined(below, set, path));
        path.leave();
      } else {
        throw new PatchConflictException(
            path.to(name), CREATE + ": conflict: it is to be set and to be deleted");
      }
    }
    return joined;
  }

  /** The value without the members of its maps that are null. */
  static JsonNode withoutNulls(JsonNode value) {
    if (value.isArray()) {
      ArrayNode elements = PatchedCopy.NODES.arrayNode(value.size());
      value.forEach(element -> elements.add(withoutNulls(element)));
      return elements;
    }
    if (!(value instanceof ObjectNode object)) {
      return value;
    }
    ObjectNode members = PatchedCopy.NODES.objectNode();
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (!member.getValue().isNull()) {
        members.set(member.getKey(), withoutNulls(member.getValue()));
      }
    }
    return members;
  }
}
