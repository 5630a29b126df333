package io.usher.view;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;
import org.pcollections.TreePSet;

/** The objects of a view by the keys of one index. It never changes. */
final class IndexSnapshot {

  /**
   * A look-up in one tree of 100,000 keys goes 17 steps deep, each of them out of the processor's
   * cache; in a part of them it is half as many. A change copies the table of the parts, 1 KB.
   */
  private static final int PARTS = 256;

  private static final int HASH_BITS_BELOW_PARTS = 24;

  /** Spreads hashes that differ in few bits over the parts. */
  private static final int GOLDEN_RATIO = 0x9E3779B9;

  private static final TreePSet<StoredObject> NONE = TreePSet.empty(StoredObject.ORDER);

  static final IndexSnapshot EMPTY =
      new IndexSnapshot(Collections.nCopies(PARTS, HashTreePMap.empty()), NONE);

  /** Under each key those that have it; the key's hash tells the part. */
  private final List<HashPMap<String, TreePSet<StoredObject>>> parts;

  /** Those that the index failed on. */
  private final TreePSet<StoredObject> failed;

  private IndexSnapshot(
      List<HashPMap<String, TreePSet<StoredObject>>> parts, TreePSet<StoredObject> failed) {
    this.parts = parts;
    this.failed = failed;
  }

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

  @SuppressWarnings({"unchecked", "rawtypes"}) // the array is of nothing else
  private IndexSnapshot change(@Nullable List<String> keys, StoredObject object, boolean added) {
    if (keys == null) {
      return new IndexSnapshot(parts, added ? failed.plus(object) : failed.minus(object));
    }
    HashPMap<String, TreePSet<StoredObject>>[] changed = parts.toArray(new HashPMap[0]);
    for (String key : keys) {
      var part = changed[part(key)];
      TreePSet<StoredObject> under = part.getOrDefault(key, NONE);
      under = added ? under.plus(object) : under.minus(object);
      changed[part(key)] = under.isEmpty() ? part.minus(key) : part.plus(key, under);
    }
    return new IndexSnapshot(Arrays.asList(changed), failed);
  }

  private static int part(String key) {
    return key.hashCode() * GOLDEN_RATIO >>> HASH_BITS_BELOW_PARTS;
  }

  List<StoredObject> get(ObjectIndex<?> index, String key) {
    if (!failed.isEmpty()) {
      throw new IllegalStateException(
          "index %s failed on %s and is not whole; its log line says why"
              .formatted(index.name(), failed.first()));
    }
    TreePSet<StoredObject> under = parts.get(part(key)).get(key);
    if (under == null) {
      return List.of();
    }
    return under.size() == 1 ? List.of(under.first()) : List.copyOf(under);
  }
}
