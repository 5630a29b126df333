package io.usher.view;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;
import org.pcollections.TreePSet;

/**
 * The objects of a view by the keys of one index.
 *
 * @param objects under each key those that have it
 * @param failed those that the index failed on
 */
record IndexSnapshot(
    HashPMap<String, TreePSet<StoredObject>> objects, TreePSet<StoredObject> failed) {

  private static final TreePSet<StoredObject> NONE = TreePSet.empty(StoredObject.ORDER);

  static final IndexSnapshot EMPTY = new IndexSnapshot(HashTreePMap.empty(), NONE);

  /**
   * With an object in place of another.
   *
   * @param index the place of the index in the objects' keys
   * @param old which is there now, or null
   * @param now which is to be there, or null
   */
  IndexSnapshot replace(int index, @Nullable StoredObject old, @Nullable StoredObject now) {
    IndexSnapshot result = this;
    if (old != null) {
      result = result.change(old.keys().get(index), old, false);
    }
    return now == null ? result : result.change(now.keys().get(index), now, true);
  }

  private IndexSnapshot change(@Nullable List<String> keys, StoredObject object, boolean added) {
    if (keys == null) {
      return new IndexSnapshot(objects, added ? failed.plus(object) : failed.minus(object));
    }
    HashPMap<String, TreePSet<StoredObject>> changed = objects;
    for (String key : keys) {
      TreePSet<StoredObject> under = changed.getOrDefault(key, NONE);
      under = added ? under.plus(object) : under.minus(object);
      changed = under.isEmpty() ? changed.minus(key) : changed.plus(key, under);
    }
    return new IndexSnapshot(changed, failed);
  }

  List<StoredObject> get(ObjectIndex<?> index, String key) {
    if (!failed.isEmpty()) {
      throw new IllegalStateException(
          "index %s failed on %s and is not whole; its log line says why"
              .formatted(index.name(), failed.first()));
    }
    return List.copyOf(objects.getOrDefault(key, NONE));
  }
}
