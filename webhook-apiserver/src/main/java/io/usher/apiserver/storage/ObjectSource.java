package io.usher.apiserver.storage;

import io.usher.apiserver.api.Status;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The objects of a type that nobody writes, and that no storage keeps: they are gathered anew for
 * each request, from wherever they are. A list has no pages, and a watch no bookmarks. Thread-safe.
 */
public interface ObjectSource {

  /**
   * Gathers what is there now; whoever asks waits for it, without a thread.
   *
   * @return fails with {@link io.usher.apiserver.api.ApiException} when the request shall
   */
  CompletionStage<Gathered> gather();

  /**
   * Tells of every change after what was gathered, from now on.
   *
   * @param follower called by any thread, perhaps before this returns
   * @return ends it
   */
  Runnable follow(Gathered gathered, Follower follower);

  /**
   * What was there.
   *
   * @param objects with the version from which on changes are told of
   * @param oldest no change after this version is missing among them
   * @param warnings what the client is told of what is missing
   */
  record Gathered(Snapshot objects, long oldest, List<String> warnings) {

    public Gathered {
      warnings = List.copyOf(warnings);
    }

    /**
     * The objects that are younger than a version, as a watcher who has seen that one is told.
     *
     * @throws CompactedException when some of them are missing
     */
    public List<Change> changesAfter(long version) {
      if (version < oldest) {
        throw new CompactedException(version, oldest);
      }
      return objects.objects().values().stream()
          .filter(each -> each.version() > version)
          .map(each -> new Change(null, each, false))
          .toList();
    }
  }

  /** Who follows. */
  interface Follower {

    /** An object has changed. */
    void changed(Change change);

    /** No further change is told of: some were missed, or there are too many who follow. */
    void ended(Status status);
  }
}
