package io.usher.cli.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;

/**
 * Objects in other versions of their type.
 *
 * @param types what the server serves
 */
record Versions(ResourceRegistry types) {

  /**
   * An object as another version shows it; itself where it is of that version, or its type does not
   * have that version.
   *
   * @throws ApiException when it can't be converted
   */
  ObjectNode in(String apiVersion, ObjectNode object) {
    String own = object.path("apiVersion").asText();
    String kind = object.path("kind").asText();
    GroupVersionKind wanted = GroupVersionKind.of(apiVersion, kind);
    ResourceType type = types.ofKind(wanted.group(), kind);
    ServedVersion shown = type == null ? null : type.version(wanted.version());
    if (own.equals(apiVersion) || type == null || shown == null) {
      return object;
    }
    ObjectNode copy = object.deepCopy();
    ServedVersion from = type.version(GroupVersionKind.of(own, kind).version());
    if (from != null) {
      from.conversion().toStored(copy);
    }
    shown.conversion().fromStored(copy);
    return copy.put("apiVersion", apiVersion);
  }
}
