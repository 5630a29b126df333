package io.usher.apiserver.storage.memory;

import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.EventType;
import io.usher.apiserver.storage.Journal;
import io.usher.apiserver.storage.Snapshot;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StorageException;
import io.usher.apiserver.storage.StoredObject;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * All objects in memory. With a journal a write is readable, and returns, when the journal has
 * synced it; writes that come meanwhile are synced together.
 */
public final class MemoryStorage implements Storage {

  /** How much of the history watchers and old lists may go back to, 32 MiB. */
  public static final long DEFAULT_HISTORY_BYTES = 32L << 20;

  private final @Nullable Commits commits;
  private final WatchCache cache;

  /** The last version given to a write; guarded by the cache's lock. */
  private long last;

  private MemoryStorage(long historyBytes, @Nullable Journal journal) {
    if (journal == null) {
      commits = null;
      cache = new WatchCache(historyBytes);
    } else {
      var writes = new Commits(journal, this::publish);
      commits = writes;
      cache = new WatchCache(historyBytes, writes::compact);
    }
    // 0 would mean "any" to clients.
    begin(1, Map.of());
  }

  private void begin(long at, Map<GroupResource, Map<String, StoredObject>> objects) {
    last = at;
    cache.begin(at, objects);
  }

  private void publish(List<Runnable> staged) {
    cache.publish(staged);
  }

  /**
   * An empty storage that ends with this process.
   *
   * @param historyBytes how much of the history it keeps, about
   */
  public static MemoryStorage create(long historyBytes) {
    return new MemoryStorage(historyBytes, null);
  }

  /**
   * A storage that begins with what a journal holds and keeps its writes there.
   *
   * @param historyBytes how much of the history it keeps, about
   * @param journal closed with the storage
   * @throws StorageException when the journal can't be read
   */
  public static MemoryStorage open(long historyBytes, Journal journal) {
    var storage = new MemoryStorage(historyBytes, journal);
    try {
      journal.load(storage.new Loading());
    } catch (IOException e) {
      throw new StorageException("read the stored objects: " + e.getMessage(), e);
    }
    return storage;
  }

  private final class Loading implements Journal.Reader {
    private final Map<GroupResource, Map<String, StoredObject>> objects = new HashMap<>();

    @Override
    public void object(GroupResource resource, String key, long at, byte[] json) {
      objects
          .computeIfAbsent(resource, each -> new HashMap<>())
          .put(key, StoredObject.of(key, at, Draft.ofStored(json), EventType.ADDED));
    }

    @Override
    public void baseVersion(long at) {
      begin(Math.max(1, at), objects);
    }

    @Override
    public void change(GroupResource resource, String key, long at, byte @Nullable [] json) {
      last = at;
      Draft draft = json == null ? null : Draft.ofStored(json);
      cache.apply(at, List.of(new WatchCache.Write(resource, key, draft)));
    }
  }

  @Override
  public long version() {
    return cache.version();
  }

  @Override
  public long latest() {
    return cache.version();
  }

  @Override
  public Snapshot snapshot(GroupResource resource) {
    return cache.snapshot(resource);
  }

  @Override
  public Snapshot snapshot(GroupResource resource, long at) {
    return cache.snapshot(resource, at);
  }

  @Override
  public @Nullable StoredObject get(GroupResource resource, String key) {
    return cache.get(resource, key);
  }

  @Override
  public @Nullable StoredObject put(
      GroupResource resource, String key, long expected, Draft draft) {
    return write(resource, key, expected, draft);
  }

  @Override
  public @Nullable StoredObject delete(GroupResource resource, String key, long expected) {
    return expected == 0 ? null : write(resource, key, expected, null);
  }

  private @Nullable StoredObject write(
      GroupResource resource, String key, long expected, @Nullable Draft draft) {
    Change change = null;
    CompletableFuture<Void> stored;
    synchronized (cache.lock()) {
      ResourceLog log = cache.log(resource);
      StoredObject before = log.head().get(key);
      if ((before == null ? 0 : before.version()) != expected) {
        if (commits == null) {
          return null;
        }
        // What was faster may not be on the disk yet: whoever reads again has to see it.
        stored = commits.last();
      } else {
        if (commits != null) {
          commits.requireHealthy();
        }
        change = WatchCache.written(before, key, ++last, draft);
        Runnable publish = cache.stage(log, change);
        if (commits == null) {
          publish(List.of(publish));
          return change.object();
        }
        StoredObject after = change.isDeletion() ? null : change.object();
        stored = commits.add(new Journal.Entry(resource, key, last, after), publish);
      }
    }
    Commits.await(stored);
    return change == null ? null : change.object();
  }

  @Override
  public void compact(long upTo) {
    cache.compact(upTo);
  }

  @Override
  public List<Change> changesAfter(GroupResource resource, long after) {
    return cache.changesAfter(resource, after);
  }

  @Override
  public Runnable onChange(GroupResource resource, Runnable listener) {
    return cache.onChange(resource, listener);
  }

  @Override
  public CompletableFuture<Void> reached(long wanted) {
    return cache.reached(wanted);
  }

  @Override
  public boolean isHealthy() {
    return commits == null || commits.isHealthy();
  }

  @Override
  public void close() {
    if (commits != null) {
      try {
        commits.close();
      } catch (IOException e) {
        throw new StorageException("close the journal: " + e.getMessage(), e);
      }
    }
  }
}
