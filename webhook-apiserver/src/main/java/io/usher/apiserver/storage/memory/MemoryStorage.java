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
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * All objects in memory. With a journal a write is readable, and returns, when the journal has
 * synced it; writes that come meanwhile are synced together.
 */
public final class MemoryStorage implements Storage {

  /** How much of the history watchers and old lists may go back to, 32 MiB. */
  public static final long DEFAULT_HISTORY_BYTES = 32L << 20;

  /** What a change takes beside its objects: some twenty nodes of a map, and the entries of it. */
  private static final int CHANGE_OVERHEAD = 1024;

  private final long historyBytes;
  private final @Nullable Commits commits;
  private final Map<GroupResource, ResourceLog> logs = new ConcurrentHashMap<>();
  private final Set<Awaited> awaited = ConcurrentHashMap.newKeySet();

  /** Held by writers: for the logs' heads, the last version, and the history. */
  private final Object lock = new Object();

  private final ArrayDeque<Remembered> history = new ArrayDeque<>();
  private long historySize;
  private long last;
  private volatile long base;
  private volatile long version;

  /** Somebody waits for a version. */
  private record Awaited(long version, CompletableFuture<Void> reached) {}

  /** A change that the history holds, with what it takes. */
  private record Remembered(ResourceLog log, long version, long bytes) {}

  private MemoryStorage(long historyBytes, @Nullable Journal journal) {
    this.historyBytes = historyBytes;
    this.commits = journal == null ? null : new Commits(journal, this::publish);
    // 0 would mean "any" to clients.
    begin(1);
  }

  private void begin(long at) {
    last = at;
    base = at;
    version = at;
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
      begin(Math.max(1, at));
      objects.forEach(
          (resource, each) -> logs.put(resource, new ResourceLog(base, TreePMap.from(each))));
    }

    @Override
    public void change(GroupResource resource, String key, long at, byte @Nullable [] json) {
      synchronized (lock) {
        ResourceLog log = log(resource);
        Draft draft = json == null ? null : Draft.ofStored(json);
        last = at;
        publish(List.of(stage(log, written(log.head().get(key), key, at, draft))));
      }
    }
  }

  private ResourceLog log(GroupResource resource) {
    ResourceLog log = logs.get(resource);
    return log != null
        ? log
        : logs.computeIfAbsent(resource, each -> new ResourceLog(base, TreePMap.empty()));
  }

  @Override
  public long version() {
    return version;
  }

  @Override
  public Snapshot snapshot(GroupResource resource) {
    // The version is read first: whatever is readable at it is in the log before.
    long readable = version;
    Snapshot current = log(resource).current();
    return current.version() >= readable ? current : new Snapshot(readable, current.objects());
  }

  @Override
  public Snapshot snapshot(GroupResource resource, long at) {
    return log(resource).at(at);
  }

  @Override
  public @Nullable StoredObject get(GroupResource resource, String key) {
    return log(resource).current().objects().get(key);
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
    Change change;
    CompletableFuture<Void> stored;
    synchronized (lock) {
      ResourceLog log = log(resource);
      StoredObject before = log.head().get(key);
      if ((before == null ? 0 : before.version()) != expected) {
        return null;
      }
      if (commits != null) {
        commits.requireHealthy();
      }
      change = written(before, key, ++last, draft);
      Runnable publish = stage(log, change);
      if (commits == null) {
        publish(List.of(publish));
        return change.object();
      }
      StoredObject after = change.isDeletion() ? null : change.object();
      stored = commits.add(new Journal.Entry(resource, key, last, after), publish);
    }
    Commits.await(stored);
    return change.object();
  }

  private static Change written(
      @Nullable StoredObject before, String key, long at, @Nullable Draft draft) {
    StoredObject object =
        draft == null
            ? Objects.requireNonNull(before).retold(EventType.DELETED, at)
            : StoredObject.of(
                key, at, draft, before == null ? EventType.ADDED : EventType.MODIFIED);
    return new Change(before, object, draft == null);
  }

  /** With the lock held; the result is run with it held, too. */
  private Runnable stage(ResourceLog log, Change change) {
    Runnable publish = log.stage(change);
    return () -> {
      publish.run();
      version = change.version();
      remember(log, change);
      log.tell();
    };
  }

  private void publish(List<Runnable> staged) {
    synchronized (lock) {
      staged.forEach(Runnable::run);
    }
    for (Awaited each : awaited) {
      if (each.version <= version) {
        each.reached.complete(null);
      }
    }
  }

  private void remember(ResourceLog log, Change change) {
    StoredObject before = change.before();
    long bytes =
        CHANGE_OVERHEAD + change.object().length() + (before == null ? 0 : before.length());
    history.add(new Remembered(log, change.version(), bytes));
    historySize += bytes;
    while (historySize > historyBytes) {
      forget();
    }
  }

  /** Forgets the oldest change. */
  private void forget() {
    Remembered oldest = history.remove();
    historySize -= oldest.bytes;
    oldest.log.compact(oldest.version);
    if (commits != null) {
      commits.compact(oldest.version);
    }
  }

  @Override
  public void compact(long upTo) {
    synchronized (lock) {
      while (!history.isEmpty() && history.element().version <= upTo) {
        forget();
      }
    }
  }

  @Override
  public List<Change> changesAfter(GroupResource resource, long after) {
    return log(resource).changesAfter(after);
  }

  @Override
  public Runnable onChange(GroupResource resource, Runnable listener) {
    return log(resource).onChange(listener);
  }

  @Override
  public CompletableFuture<Void> reached(long wanted) {
    var waiter = new Awaited(wanted, new CompletableFuture<>());
    awaited.add(waiter);
    waiter.reached.whenComplete((reached, failure) -> awaited.remove(waiter));
    if (version >= wanted) {
      waiter.reached.complete(null);
    }
    return waiter.reached;
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
