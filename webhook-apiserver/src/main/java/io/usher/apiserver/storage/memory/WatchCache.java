package io.usher.apiserver.storage.memory;

import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.EventType;
import io.usher.apiserver.storage.Snapshot;
import io.usher.apiserver.storage.StoredObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * The objects of all resources and the changes that led to them, for readers: what a storage gives
 * to lists and watches. One writer at a time tells it what was written, in the order of the
 * versions; readers wait for nobody.
 */
public final class WatchCache {

  /** What a change takes beside its objects: some twenty nodes of a map, and the entries of it. */
  private static final int CHANGE_OVERHEAD = 1024;

  private final long historyBytes;
  private final LongConsumer forgotten;
  private final Map<GroupResource, ResourceLog> logs = new ConcurrentHashMap<>();
  private final Set<Awaited> awaited = ConcurrentHashMap.newKeySet();

  /** Held by writers: for the logs' heads and the history. */
  private final Object lock = new Object();

  private final ArrayDeque<Remembered> history = new ArrayDeque<>();
  private long historySize;
  private volatile long base;
  private volatile long version;

  /** Somebody waits for a version. */
  private record Awaited(long version, CompletableFuture<Void> reached) {}

  /** A change that the history holds, with what it takes. */
  private record Remembered(ResourceLog log, long version, long bytes) {}

  /**
   * A write.
   *
   * @param draft the object after it; null when it was deleted
   */
  public record Write(GroupResource resource, String key, @Nullable Draft draft) {}

  /**
   * No objects yet.
   *
   * @param historyBytes how much of the history it keeps, about
   */
  public WatchCache(long historyBytes) {
    this(historyBytes, version -> {});
  }

  /**
   * @param forgotten is told up to which version the history is gone, with the lock held
   */
  WatchCache(long historyBytes, LongConsumer forgotten) {
    this.historyBytes = historyBytes;
    this.forgotten = forgotten;
  }

  /** Begins, or begins anew, with these objects at a version and without a history. */
  public void begin(long at, Map<GroupResource, Map<String, StoredObject>> objects) {
    synchronized (lock) {
      history.clear();
      historySize = 0;
      base = at;
      objects.keySet().forEach(this::log);
      logs.forEach(
          (resource, log) ->
              log.begin(at, TreePMap.from(objects.getOrDefault(resource, Map.of()))));
      version = at;
      logs.values().forEach(ResourceLog::tell);
    }
    wake();
  }

  /** Takes all writes of one version over; readers see all of them or none. */
  public void apply(long at, List<Write> writes) {
    synchronized (lock) {
      var changes = new LinkedHashMap<ResourceLog, List<Change>>();
      for (Write write : writes) {
        ResourceLog log = log(write.resource());
        StoredObject before = log.head().get(write.key());
        if (before != null || write.draft() != null) {
          changes
              .computeIfAbsent(log, each -> new ArrayList<>())
              .add(written(before, write.key(), at, write.draft()));
        }
      }
      changes.forEach((log, each) -> log.stage(each).run());
      version = at;
      changes.forEach(
          (log, each) -> {
            each.forEach(change -> remember(log, change));
            log.tell();
          });
    }
    wake();
  }

  /** Nothing was written up to this version but what is known. */
  public void advance(long at) {
    synchronized (lock) {
      version = Math.max(version, at);
    }
    wake();
  }

  /** What {@link ResourceLog} calls its head is only for who holds it. */
  Object lock() {
    return lock;
  }

  ResourceLog log(GroupResource resource) {
    ResourceLog log = logs.get(resource);
    return log != null
        ? log
        : logs.computeIfAbsent(resource, each -> new ResourceLog(base, TreePMap.empty()));
  }

  static Change written(@Nullable StoredObject before, String key, long at, @Nullable Draft draft) {
    StoredObject object =
        draft == null
            ? Objects.requireNonNull(before).retold(EventType.DELETED, at)
            : StoredObject.of(
                key, at, draft, before == null ? EventType.ADDED : EventType.MODIFIED);
    return new Change(before, object, draft == null);
  }

  /** With the lock held; the result, for {@link #publish}, makes the change readable. */
  Runnable stage(ResourceLog log, Change change) {
    Runnable publish = log.stage(List.of(change));
    return () -> {
      publish.run();
      version = change.version();
      remember(log, change);
      log.tell();
    };
  }

  void publish(List<Runnable> staged) {
    synchronized (lock) {
      staged.forEach(Runnable::run);
    }
    wake();
  }

  private void wake() {
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
    forgotten.accept(oldest.version);
  }

  /** As {@link io.usher.apiserver.storage.Storage#compact}. */
  public void compact(long upTo) {
    synchronized (lock) {
      while (!history.isEmpty() && history.element().version <= upTo) {
        forget();
      }
    }
  }

  /** As {@link io.usher.apiserver.storage.Storage#version}. */
  public long version() {
    return version;
  }

  /** A resource's objects as they are known now. */
  public Snapshot snapshot(GroupResource resource) {
    // The version is read first: whatever is readable at it is in the log before.
    long readable = version;
    Snapshot current = log(resource).current();
    return current.version() >= readable ? current : new Snapshot(readable, current.objects());
  }

  /** As {@link io.usher.apiserver.storage.Storage#snapshot(GroupResource, long)}. */
  public Snapshot snapshot(GroupResource resource, long at) {
    return log(resource).at(at);
  }

  /** An object as it is known now, or null. */
  public @Nullable StoredObject get(GroupResource resource, String key) {
    return log(resource).current().objects().get(key);
  }

  /** As {@link io.usher.apiserver.storage.Storage#changesAfter}. */
  public List<Change> changesAfter(GroupResource resource, long after) {
    return log(resource).changesAfter(after);
  }

  /** As {@link io.usher.apiserver.storage.Storage#onChange}. */
  public Runnable onChange(GroupResource resource, Runnable listener) {
    return log(resource).onChange(listener);
  }

  /** As {@link io.usher.apiserver.storage.Storage#reached}. */
  public CompletableFuture<Void> reached(long wanted) {
    var waiter = new Awaited(wanted, new CompletableFuture<>());
    awaited.add(waiter);
    waiter.reached.whenComplete((reached, failure) -> awaited.remove(waiter));
    if (version >= wanted) {
      waiter.reached.complete(null);
    }
    return waiter.reached;
  }

  /** Whether somebody waits for a version. */
  public boolean isAwaited() {
    return !awaited.isEmpty();
  }
}
