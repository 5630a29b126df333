package io.usher.initializer;

import io.usher.admission.GroupVersionResource;

/**
 * How far a pass over all objects came: everything before it is done.
 *
 * @param resource whose objects were read last
 * @param namespace of the last of them
 * @param name of the last of them; empty when none of the resource is done
 */
public record Position(GroupVersionResource resource, String namespace, String name) {

  /** Whether an object of the same resource is at or before it, in the order of lists. */
  boolean includes(String otherNamespace, String otherName) {
    return !name.isEmpty() && key(otherNamespace, otherName).compareTo(key(namespace, name)) <= 0;
  }

  /** As etcd orders objects. */
  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }
}
