package io.usher.apiserver.storage;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A write as the history keeps it. Thread-safe. */
public final class Change {

  private final @Nullable StoredObject before;
  private final StoredObject object;
  private final boolean deletion;
  private volatile @Nullable StoredObject vanished;

  /**
   * A write.
   *
   * @param before the object before it; null when it is new
   * @param object the object after it; for a deletion as it was before, with the deletion's version
   */
  public Change(@Nullable StoredObject before, StoredObject object, boolean deletion) {
    this.before = before;
    this.object = object;
    this.deletion = deletion;
  }

  public long version() {
    return object.version();
  }

  /** The object before it; null when it is new. */
  public @Nullable StoredObject before() {
    return before;
  }

  /** The object after it; of a deletion as it was before, with the deletion's version. */
  public StoredObject object() {
    return object;
  }

  public boolean isDeletion() {
    return deletion;
  }

  /**
   * How a watcher is told that the object no longer meets his selector: as it was before, with this
   * change's version. Made once for all watchers.
   */
  public StoredObject vanished() {
    StoredObject made = vanished;
    if (made == null) {
      made =
          deletion ? object : Objects.requireNonNull(before).retold(EventType.DELETED, version());
      vanished = made;
    }
    return made;
  }
}
