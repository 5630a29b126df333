package io.usher.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Which object an Event is about.
 *
 * @param namespace empty where the kind's objects don't live in namespaces
 * @param uid tells it from another one of its name
 * @param resourceVersion empty for none
 */
public record ObjectReference(
    String apiVersion,
    String kind,
    String namespace,
    String name,
    String uid,
    String resourceVersion) {

  /** The reference to an object. */
  public static ObjectReference to(ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    return new ObjectReference(
        object.path("apiVersion").asText(),
        object.path("kind").asText(),
        metadata.path("namespace").asText(),
        metadata.path("name").asText(),
        metadata.path("uid").asText(),
        metadata.path("resourceVersion").asText());
  }

  /** As Events have it. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("apiVersion", apiVersion).put("kind", kind);
    if (!namespace.isEmpty()) {
      json.put("namespace", namespace);
    }
    json.put("name", name).put("uid", uid);
    if (!resourceVersion.isEmpty()) {
      json.put("resourceVersion", resourceVersion);
    }
    return json;
  }

  /** {@code Pod default/web}, for messages. */
  @Override
  public String toString() {
    return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
  }
}
