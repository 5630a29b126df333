package io.usher.listwatch;

import io.usher.view.Snapshot;
import io.usher.view.StoredObject;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What the API server told of a resource. */
sealed interface Delta {

  /**
   * What it makes of the objects.
   *
   * @param before null before the first list
   */
  Snapshot apply(@Nullable Snapshot before, Snapshot empty);

  /**
   * Which objects it changed.
   *
   * @param changes takes each, as it was and as it is
   */
  void compare(
      Snapshot before,
      Snapshot after,
      BiConsumer<@Nullable StoredObject, @Nullable StoredObject> changes);

  /** What it takes while it waits. */
  int bytes();

  /** A whole list. */
  record Listed(List<StoredObject> objects) implements Delta {

    @Override
    public Snapshot apply(@Nullable Snapshot before, Snapshot empty) {
      Snapshot all = empty;
      for (StoredObject object : objects) {
        all = all.with(object);
      }
      return all;
    }

    @Override
    public void compare(
        Snapshot before,
        Snapshot after,
        BiConsumer<@Nullable StoredObject, @Nullable StoredObject> changes) {
      for (StoredObject old : before.all()) {
        StoredObject now = after.get(old.namespace(), old.name());
        if (now == null || !now.uid().equals(old.uid())) {
          changes.accept(old, null);
        }
      }
      for (StoredObject now : after.all()) {
        StoredObject old = before.get(now.namespace(), now.name());
        if (old == null || !old.uid().equals(now.uid())) {
          changes.accept(null, now);
        } else if (!old.resourceVersion().equals(now.resourceVersion())) {
          changes.accept(old, now);
        }
      }
    }

    /** It is in memory whether it waits or not. */
    @Override
    public int bytes() {
      return 0;
    }
  }

  /** An object is there, or has changed. */
  record Stored(StoredObject object) implements Delta {

    @Override
    public Snapshot apply(@Nullable Snapshot before, Snapshot empty) {
      return (before == null ? empty : before).with(object);
    }

    @Override
    public void compare(
        Snapshot before,
        Snapshot after,
        BiConsumer<@Nullable StoredObject, @Nullable StoredObject> changes) {
      StoredObject old = before.get(object.namespace(), object.name());
      if (old == null || !old.resourceVersion().equals(object.resourceVersion())) {
        changes.accept(old, object);
      }
    }

    @Override
    public int bytes() {
      return object.size();
    }
  }

  /** An object is gone; this is the last of it. */
  record Deleted(StoredObject last) implements Delta {

    @Override
    public Snapshot apply(@Nullable Snapshot before, Snapshot empty) {
      return before == null ? empty : before.without(last.namespace(), last.name());
    }

    @Override
    public void compare(
        Snapshot before,
        Snapshot after,
        BiConsumer<@Nullable StoredObject, @Nullable StoredObject> changes) {
      if (before.get(last.namespace(), last.name()) != null) {
        changes.accept(last, null);
      }
    }

    @Override
    public int bytes() {
      return last.size();
    }
  }

  /** Nothing has changed up to here. */
  record Bookmark() implements Delta {

    @Override
    public Snapshot apply(@Nullable Snapshot before, Snapshot empty) {
      return before == null ? empty : before;
    }

    @Override
    public void compare(
        Snapshot before,
        Snapshot after,
        BiConsumer<@Nullable StoredObject, @Nullable StoredObject> changes) {}

    @Override
    public int bytes() {
      return 0;
    }
  }
}
