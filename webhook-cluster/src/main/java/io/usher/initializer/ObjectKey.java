package io.usher.initializer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import io.usher.listwatch.ListWatch;
import io.usher.write.ObjectReference;

/**
 * Which object.
 *
 * @param resource where it is
 * @param kind what it is
 * @param namespace empty where the type's objects don't live in namespaces
 * @param uid tells it from another one of its name
 */
public record ObjectKey(
    GroupVersionResource resource,
    GroupVersionKind kind,
    String namespace,
    String name,
    String uid) {

  /** The key of an object. */
  static ObjectKey of(GroupVersionResource resource, ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    return new ObjectKey(
        resource,
        new GroupVersionKind(resource.group(), resource.version(), object.path("kind").asText()),
        metadata.path("namespace").asText(),
        metadata.path("name").asText(),
        metadata.path("uid").asText());
  }

  /** Where the API server has it, without a slash at its beginning. */
  String path() {
    String collection = ListWatch.path(resource, namespace);
    return collection + "/" + name;
  }

  /** For Events. */
  ObjectReference reference() {
    return new ObjectReference(kind.apiVersion(), kind.kind(), namespace, name, uid, "");
  }

  /** {@code Pod default/web}. */
  @Override
  public String toString() {
    return reference().toString();
  }
}
