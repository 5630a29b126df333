package io.usher.view;

import io.usher.cluster.Lister;
import io.usher.cluster.Read;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * The objects of a view at one moment. It never changes: a change makes another one, which shares
 * with this one what is the same.
 */
public final class Snapshot {

  private final ViewSpec spec;
  private final TreePMap<String, TreePMap<String, StoredObject>> namespaces;
  private final List<IndexSnapshot> indexes;
  private final int size;

  private Snapshot(
      ViewSpec spec,
      TreePMap<String, TreePMap<String, StoredObject>> namespaces,
      List<IndexSnapshot> indexes,
      int size) {
    this.spec = spec;
    this.namespaces = namespaces;
    this.indexes = indexes;
    this.size = size;
  }

  /** Of no objects. */
  public static Snapshot empty(ViewSpec spec) {
    return new Snapshot(
        spec,
        TreePMap.empty(),
        spec.indexes().stream().map(index -> IndexSnapshot.EMPTY).toList(),
        0);
  }

  /** Of these objects. */
  public static Snapshot of(ViewSpec spec, Collection<StoredObject> objects) {
    Snapshot all = empty(spec);
    for (StoredObject object : objects) {
      all = all.with(object);
    }
    return all;
  }

  /** With this object in place of the one of its name. */
  public Snapshot with(StoredObject object) {
    StoredObject indexed = object.keys().size() == spec.indexes().size() ? object : index(object);
    TreePMap<String, StoredObject> before = namespace(object.namespace());
    return replaced(
        before.plus(object.name(), indexed),
        object.namespace(),
        before.get(object.name()),
        indexed);
  }

  /** Without the object of this name. */
  public Snapshot without(String namespace, String name) {
    TreePMap<String, StoredObject> before = namespace(namespace);
    StoredObject object = before.get(name);
    return object == null ? this : replaced(before.minus(name), namespace, object, null);
  }

  private Snapshot replaced(
      TreePMap<String, StoredObject> objects,
      String namespace,
      @Nullable StoredObject old,
      @Nullable StoredObject now) {
    var changed = new ArrayList<IndexSnapshot>(indexes.size());
    for (int i = 0; i < indexes.size(); i++) {
      changed.add(indexes.get(i).replace(i, old, now));
    }
    return new Snapshot(
        spec,
        objects.isEmpty() ? namespaces.minus(namespace) : namespaces.plus(namespace, objects),
        List.copyOf(changed),
        size + (now == null ? 0 : 1) - (old == null ? 0 : 1));
  }

  private StoredObject index(StoredObject object) {
    var keys = new ArrayList<@Nullable List<String>>();
    for (ObjectIndex<?> index : spec.indexes()) {
      keys.add(index.keys(object));
    }
    return object.withKeys(keys);
  }

  private TreePMap<String, StoredObject> namespace(String namespace) {
    TreePMap<String, StoredObject> objects = namespaces.get(namespace);
    return objects == null ? TreePMap.empty() : objects;
  }

  /** How many objects there are. */
  public int size() {
    return size;
  }

  /** The object of this name, or null. */
  public @Nullable StoredObject get(String namespace, String name) {
    return namespace(namespace).get(name);
  }

  /** All objects, by namespace and name. */
  public List<StoredObject> all() {
    var all = new ArrayList<StoredObject>(size);
    namespaces.values().forEach(objects -> all.addAll(objects.values()));
    return all;
  }

  /** The objects of a namespace, by name. */
  List<StoredObject> inNamespace(String namespace) {
    return new ArrayList<>(namespace(namespace).values());
  }

  /** The objects that an index has under a key. */
  List<StoredObject> byIndex(Class<?> index, String key) {
    for (int i = 0; i < indexes.size(); i++) {
      if (spec.indexes().get(i).is(index)) {
        return indexes.get(i).get(spec.indexes().get(i), key);
      }
    }
    throw new IllegalArgumentException(
        "no @Reads of %s declares the index %s; add it there"
            .formatted(spec.label(), index.getSimpleName()));
  }

  /**
   * The objects as a rule sees them.
   *
   * @param read of this view's resource
   * @param age what {@link Lister#age()} tells
   */
  public Lister<?> lister(Read read, Duration age) {
    return new SnapshotLister<>(this, read.type(), age);
  }
}
