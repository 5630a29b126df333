package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A document with operations of {@link DocumentDiff} applied from their text, to check them. Only
 * the containers on the way to a change are copied; everything else is shared with the original.
 */
final class PatchedCopy {
  static final JsonNodeFactory NODES = new JsonNodeFactory(true);

  private final Set<JsonNode> own = Collections.newSetFromMap(new IdentityHashMap<>());
  private final JsonNode root;

  private final Map<JsonNode, JsonNode> equal;

  /**
   * @param equal parts of the original, and what each is known to be equal to
   */
  PatchedCopy(JsonNode original, Map<JsonNode, JsonNode> equal) {
    this.equal = equal;
    root = original.isContainerNode() ? copy(original) : original;
  }

  boolean isEqualTo(JsonNode document) {
    return isEqual(root, document);
  }

  private boolean isEqual(JsonNode node, JsonNode other) {
    if (node == other) {
      return true;
    }
    if (!node.isContainerNode()) {
      return JsonEquality.equal(node, other);
    }
    if (!own.contains(node)) {
      return equal.get(node) == other || JsonEquality.equal(node, other);
    }
    if (node.getNodeType() != other.getNodeType() || node.size() != other.size()) {
      return false;
    }
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        JsonNode value = other.get(member.getKey());
        if (value == null || !isEqual(member.getValue(), value)) {
          return false;
        }
      }
      return true;
    }
    for (int i = 0; i < node.size(); i++) {
      if (!isEqual(node.get(i), other.get(i))) {
        return false;
      }
    }
    return true;
  }

  void apply(PatchOperation operation) {
    String path = operation.path();
    JsonNode parent = root;
    int start = 1;
    for (int end = path.indexOf('/', start); end >= 0; end = path.indexOf('/', start)) {
      parent = enter(parent, segment(path, start, end), path);
      start = end + 1;
    }
    String last = segment(path, start, path.length());
    if (parent instanceof ObjectNode object) {
      change(object, last, operation);
    } else if (parent instanceof ArrayNode array) {
      change(array, Integer.parseInt(last), operation);
    } else {
      throw missing(path);
    }
  }

  private static void change(ObjectNode object, String name, PatchOperation operation) {
    if (object.has(name) == (operation.kind() == PatchOperation.Kind.ADD)) {
      throw missing(operation.path());
    }
    if (operation.value() == null) {
      object.remove(name);
    } else {
      object.set(name, operation.value());
    }
  }

  private static void change(ArrayNode array, int index, PatchOperation operation) {
    boolean adds = operation.kind() == PatchOperation.Kind.ADD;
    if (index > (adds ? array.size() : array.size() - 1)) {
      throw missing(operation.path());
    }
    if (operation.value() == null) {
      array.remove(index);
    } else if (adds) {
      array.insert(index, operation.value());
    } else {
      array.set(index, operation.value());
    }
  }

  private JsonNode enter(JsonNode parent, String segment, String path) {
    int index = parent.isArray() ? Integer.parseInt(segment) : -1;
    JsonNode child = index < 0 ? parent.get(segment) : parent.get(index);
    if (child == null) {
      throw missing(path);
    }
    if (own.contains(child) || !child.isContainerNode()) {
      return child;
    }
    JsonNode copy = copy(child);
    if (index < 0) {
      ((ObjectNode) parent).set(segment, copy);
    } else {
      ((ArrayNode) parent).set(index, copy);
    }
    return copy;
  }

  private JsonNode copy(JsonNode container) {
    JsonNode copy = shallowCopy(container);
    own.add(copy);
    return copy;
  }

  /** A container of its own with the same children. */
  static JsonNode shallowCopy(JsonNode container) {
    return container instanceof ObjectNode object
        ? NODES.objectNode().setAll(object)
        : NODES.arrayNode(container.size()).addAll((ArrayNode) container);
  }

  private static String segment(String path, int start, int end) {
    String segment = path.substring(start, end);
    return segment.indexOf('~') < 0 ? segment : segment.replace("~1", "/").replace("~0", "~");
  }

  private static PatchException missing(String path) {
    return new PatchException(path, "diff: the patch changes a value that is not there");
  }
}
