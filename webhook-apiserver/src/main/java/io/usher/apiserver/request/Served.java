package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.storage.StoredObject;
import io.usher.apiserver.storage.StoredTree;
import io.usher.json.LazyJson;
import java.util.ArrayList;
import java.util.List;

/** Objects between the version that is stored and the one that a client speaks. */
final class Served {

  private Served() {}

  /** A stored object as the client sees it, to be edited. */
  static ObjectNode tree(StoredObject stored, ApiResource resource) {
    return fromStored(new StoredTree(stored).tree(), resource);
  }

  /** The same, of a tree that may become the result. */
  static ObjectNode fromStored(ObjectNode object, ApiResource resource) {
    if (resource.isStored()) {
      return object;
    }
    resource.version().conversion().fromStored(object);
    return typed(object, resource.kind().kind(), resource.kind().apiVersion());
  }

  /** Stored objects as the client sees them, to be edited. */
  static List<ObjectNode> trees(List<StoredObject> stored, ApiResource resource) {
    var trees = new ArrayList<ObjectNode>(stored.size());
    stored.forEach(each -> trees.add(new StoredTree(each).tree()));
    if (!resource.isStored()) {
      resource.version().conversion().allFromStored(trees);
      trees.forEach(each -> typed(each, resource.kind().kind(), resource.kind().apiVersion()));
    }
    return trees;
  }

  /** What a client sent as it is stored; the given one stays as it is. */
  static ObjectNode toStored(ObjectNode object, ApiResource resource) {
    if (resource.isStored()) {
      return object;
    }
    ObjectNode stored = LazyJson.copy(object);
    resource.version().conversion().toStored(stored);
    return typed(
        stored, resource.type().storedKind().kind(), resource.type().storedKind().apiVersion());
  }

  /**
   * {@code PartialObjectMetadata} of an object.
   *
   * @param apiVersion {@code meta.k8s.io/v1}
   */
  static ObjectNode metadata(JsonNode object, String apiVersion) {
    ObjectNode partial = JsonNodeFactory.instance.objectNode();
    typed(partial, "PartialObjectMetadata", apiVersion);
    return partial.set("metadata", object.path("metadata"));
  }

  private static ObjectNode typed(ObjectNode object, String kind, String apiVersion) {
    return object.put("kind", kind).put("apiVersion", apiVersion);
  }
}
