package io.usher.apiserver.storage;

import io.usher.apiserver.api.GroupResource;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a storage in memory holds over restarts. Called by one thread at a time.
 *
 * <p>It holds a base, the objects as they were at some version, and every change after it, oldest
 * first: the history that watches resume from. {@link #compact} lets it fold changes into the base.
 */
public interface Journal extends AutoCloseable {

  /** Reads all of it, once, before any other call. */
  void load(Reader reader) throws IOException;

  /**
   * Appends writes. When this returns they are on the disk, synced: a crash of the machine loses
   * none of them.
   *
   * @param entries in the order of their versions; all or none are kept
   */
  void append(List<Entry> entries) throws IOException;

  /** The history up to this version is no longer needed; must not fail for want of room. */
  void compact(long version) throws IOException;

  @Override
  void close() throws IOException;

  /**
   * A write.
   *
   * @param object the object after it, its JSON whole; null when it was deleted
   */
  record Entry(GroupResource resource, String key, long version, @Nullable StoredObject object) {}

  /** Takes what a journal holds, in this order: the base, its version, the changes. */
  interface Reader {

    /** An object of the base. */
    void object(GroupResource resource, String key, long version, byte[] json);

    /** The version of the base: no write up to it is among the changes. */
    void baseVersion(long version);

    /**
     * A change after the base.
     *
     * @param json the object after it, null when it was deleted
     */
    void change(GroupResource resource, String key, long version, byte @Nullable [] json);
  }
}
