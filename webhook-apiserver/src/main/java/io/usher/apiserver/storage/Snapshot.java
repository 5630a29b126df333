package io.usher.apiserver.storage;

import java.util.NavigableMap;

/**
 * A resource's objects at one version.
 *
 * @param version the version
 * @param objects by key, in order; immutable. Ranges of it are cheap
 */
public record Snapshot(long version, NavigableMap<String, StoredObject> objects) {

  /** The objects of one namespace. */
  public NavigableMap<String, StoredObject> inNamespace(String namespace) {
    // The range of all keys that begin with "namespace/": '0' is the character after '/'.
    return objects.subMap(namespace + '/', true, namespace + '0', false);
  }
}
