package io.usher.listwatch;

import io.usher.view.Snapshot;
import io.usher.view.StoredObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the API server told of a resource. */
sealed interface Delta {

  /**
   * What it makes of the objects.
   *
   * @param before null before the first list
   */
  Snapshot apply(@Nullable Snapshot before, Snapshot empty);

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
    public int bytes() {
      return object.size();
    }
  }

  /** An object is gone. */
  record Deleted(String namespace, String name) implements Delta {

    @Override
    public Snapshot apply(@Nullable Snapshot before, Snapshot empty) {
      return before == null ? empty : before.without(namespace, name);
    }

    @Override
    public int bytes() {
      return 0;
    }
  }

  /** Nothing has changed up to here. */
  record Bookmark() implements Delta {

    @Override
    public Snapshot apply(@Nullable Snapshot before, Snapshot empty) {
      return before == null ? empty : before;
    }

    @Override
    public int bytes() {
      return 0;
    }
  }
}
