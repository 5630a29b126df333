package io.usher.apiserver.api;

import io.usher.admission.GroupVersionKind;

/**
 * What a request is about: a resource type in one of its versions.
 *
 * @param type the type
 * @param version the version that the client speaks
 */
public record ApiResource(ResourceType type, ServedVersion version) {

  /** The kind of the objects that the client sees. */
  public GroupVersionKind kind() {
    return new GroupVersionKind(type.group(), version.name(), type.kind());
  }

  /** Whether the client sees objects as they are stored. */
  public boolean isStored() {
    return kind().equals(type.storedKind());
  }
}
