package io.usher.apiserver.storage;

import io.usher.apiserver.api.GroupResource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The objects of every resource, with one version for each write. Versions are integers that only
 * rise, over all resources and over restarts. Thread-safe.
 *
 * <p>An object's key is {@code namespace/name}, or {@code name} where the type has no namespaces
 * ({@link StoredObject#key}).
 *
 * <p>Guarantees: a write that has returned is in every later read of this storage. A snapshot holds
 * all changes up to its version and none after it; so a list at version v and the changes after v,
 * together, miss nothing and tell nothing twice.
 *
 * <p>Other processes may write, too, where a storage is shared. What they have written is in {@link
 * #get} at once, and in the rest when {@link #version()} has reached the {@link #latest()}.
 */
public interface Storage extends AutoCloseable {

  /** The version of the last write that can be read. */
  long version();

  /**
   * The version of the last write of any process; may ask another one.
   *
   * @throws StorageException when it can't be known now
   */
  long latest();

  /** A resource's objects at {@link #version()}. */
  Snapshot snapshot(GroupResource resource);

  /**
   * A resource's objects as they were at exactly this version.
   *
   * @param version at most {@link #version()}
   * @throws CompactedException when the history no longer reaches back to it
   */
  Snapshot snapshot(GroupResource resource, long version);

  /**
   * An object as it is now, whichever process wrote it, or null.
   *
   * @throws StorageException when it can't be known now
   */
  @Nullable StoredObject get(GroupResource resource, String key);

  /**
   * Writes an object if it is still at the version that the writer has seen.
   *
   * @param expected the version seen, 0 when there must be no object
   * @return what is stored, or null when the object is not at that version
   * @throws StorageException when it can't be stored; whether it is must be read
   */
  @Nullable StoredObject put(GroupResource resource, String key, long expected, Draft draft);

  /**
   * Removes an object if it is still at the version that the writer has seen.
   *
   * @return the object as it was, with the version of its deletion; null when it is not at that
   *     version
   * @throws StorageException when it can't be removed
   */
  @Nullable StoredObject delete(GroupResource resource, String key, long expected);

  /**
   * The changes of a resource after a version, oldest first.
   *
   * @throws CompactedException when some of them are no longer known
   */
  List<Change> changesAfter(GroupResource resource, long version);

  /**
   * Has a listener run after each change of a resource, when {@link #changesAfter} knows it. It
   * runs on the writer's thread and must return at once.
   *
   * @return ends it
   */
  Runnable onChange(GroupResource resource, Runnable listener);

  /** Completes when {@link #version()} is at least this; whoever no longer waits cancels it. */
  CompletableFuture<Void> reached(long version);

  /** Drops the history of changes up to this version, as when its room is needed. */
  void compact(long version);

  /** Whether writes are taken. */
  boolean isHealthy();

  @Override
  void close();
}
