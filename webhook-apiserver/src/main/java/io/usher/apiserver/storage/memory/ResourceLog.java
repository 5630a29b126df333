package io.usher.apiserver.storage.memory;

import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.CompactedException;
import io.usher.apiserver.storage.Snapshot;
import io.usher.apiserver.storage.StoredObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.pcollections.TreePMap;

/**
 * One resource: its objects, what writers are about to make of them, and the changes that led here,
 * each with the objects as they were after it. As the maps share all that is equal, a snapshot of
 * any version in the history costs nothing.
 *
 * <p>Writers hold the storage's lock; readers need none.
 */
final class ResourceLog {

  private static final int INITIAL = 16;

  /** A change and the objects after it. */
  private record Entry(Change change, TreePMap<String, StoredObject> objects) {}

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private TreePMap<String, StoredObject> head;
  private volatile Snapshot current;

  /** A ring of {@code size} entries from {@code first} on. */
  private Entry[] entries = new Entry[INITIAL];

  private int first;
  private int size;
  private Snapshot oldest;

  /**
   * A resource without a history.
   *
   * @param version of the objects
   */
  ResourceLog(long version, TreePMap<String, StoredObject> objects) {
    head = objects;
    oldest = new Snapshot(version, objects);
    current = oldest;
  }

  /** The objects as readers see them; its version is that of their last change. */
  Snapshot current() {
    return current;
  }

  /** The objects as they will be once all writes so far are stored. */
  TreePMap<String, StoredObject> head() {
    return head;
  }

  /**
   * Makes the changes of one version, which no reader sees yet.
   *
   * @return makes all of them readable at once; to be run in the order of the versions
   */
  Runnable stage(List<Change> changes) {
    var staged = new ArrayList<Entry>(changes.size());
    for (Change change : changes) {
      String key = change.object().key();
      head = change.isDeletion() ? head.minus(key) : head.plus(key, change.object());
      staged.add(new Entry(change, head));
    }
    return () -> publish(staged);
  }

  private void publish(List<Entry> staged) {
    synchronized (this) {
      for (Entry entry : staged) {
        if (size == entries.length) {
          grow();
        }
        entries[(first + size++) % entries.length] = entry;
      }
    }
    Entry last = staged.get(staged.size() - 1);
    current = new Snapshot(last.change.version(), last.objects);
  }

  /** Begins anew with other objects and without a history. */
  synchronized void begin(long version, TreePMap<String, StoredObject> objects) {
    Arrays.fill(entries, null);
    first = 0;
    size = 0;
    head = objects;
    oldest = new Snapshot(version, objects);
    current = oldest;
  }

  private void grow() {
    Entry[] larger = new Entry[entries.length * 2];
    for (int i = 0; i < size; i++) {
      larger[i] = entry(i);
    }
    entries = larger;
    first = 0;
  }

  /** Tells the listeners of a change. */
  void tell() {
    listeners.forEach(Runnable::run);
  }

  Runnable onChange(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Forgets the changes up to this version. */
  synchronized void compact(long version) {
    while (size > 0 && entry(0).change.version() <= version) {
      Entry forgotten = entry(0);
      oldest = new Snapshot(forgotten.change.version(), forgotten.objects);
      entries[first] = null;
      first = (first + 1) % entries.length;
      size--;
    }
  }

  /** The changes after a version, oldest first. */
  synchronized List<Change> changesAfter(long version) {
    int from = firstAfter(version);
    var changes = new ArrayList<Change>(size - from);
    for (int i = from; i < size; i++) {
      changes.add(entry(i).change);
    }
    return changes;
  }

  /** The objects as they were at a version. */
  synchronized Snapshot at(long version) {
    int after = firstAfter(version);
    return new Snapshot(version, after == 0 ? oldest.objects() : entry(after - 1).objects);
  }

  /** The index of the first entry after a version, {@code size} when there is none. */
  private int firstAfter(long version) {
    if (version < oldest.version()) {
      throw new CompactedException(version, oldest.version());
    }
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (entry(middle).change.version() <= version) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private Entry entry(int index) {
    return entries[(first + index) % entries.length];
  }
}
