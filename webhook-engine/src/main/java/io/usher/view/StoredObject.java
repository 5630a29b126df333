package io.usher.view;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.json.LazyJson;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object as a view holds it: its JSON, pruned. It never changes.
 *
 * @see ObjectPruner
 */
public final class StoredObject {

  /** By namespace and name, as lists are ordered. */
  static final Comparator<StoredObject> ORDER =
      Comparator.comparing(StoredObject::namespace).thenComparing(StoredObject::name);

  private final String namespace;
  private final String name;
  private final String resourceVersion;
  private final byte[] json;

  /** Of each index the object's keys, null for one that failed on it; empty until it is indexed. */
  private final List<@Nullable List<String>> keys;

  StoredObject(String namespace, String name, String resourceVersion, byte[] json) {
    this(namespace, name, resourceVersion, json, List.of());
  }

  private StoredObject(
      String namespace,
      String name,
      String resourceVersion,
      byte[] json,
      List<@Nullable List<String>> keys) {
    this.namespace = namespace;
    this.name = name;
    this.resourceVersion = resourceVersion;
    this.json = json;
    this.keys = keys;
  }

  /** Empty where the type's objects don't live in namespaces. */
  public String namespace() {
    return namespace;
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** What the API server counts the object's changes by. */
  public String resourceVersion() {
    return resourceVersion;
  }

  /** What tells it from another one of its name; read from the JSON each time. */
  public String uid() {
    return tree().path("metadata").path("uid").asText();
  }

  /** The bytes that it takes, without what any object of Java takes. */
  public int size() {
    return json.length;
  }

  /** It as a tree, which is the caller's own. */
  public ObjectNode tree() {
    return LazyJson.object(json, 0, json.length);
  }

  /** UTF-8; not to be changed. */
  byte[] json() {
    return json;
  }

  List<@Nullable List<String>> keys() {
    return keys;
  }

  StoredObject withKeys(List<@Nullable List<String>> found) {
    return new StoredObject(namespace, name, resourceVersion, json, found);
  }

  /** {@code default/web}, for messages. */
  @Override
  public String toString() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
