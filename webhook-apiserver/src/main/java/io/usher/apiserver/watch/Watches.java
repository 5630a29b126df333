package io.usher.apiserver.watch;

import io.usher.apiserver.api.FrameStream;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.storage.ObjectSource;
import io.usher.apiserver.storage.Storage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The open watches of a server. Thread-safe. */
public final class Watches {

  /** How often bookmarks are sent, as kube-apiserver does. */
  public static final Duration BOOKMARK_PERIOD = Duration.ofMinutes(1);

  /** What a watcher may leave unread: as much as its resource changes in a while, not for ever. */
  public static final long MAX_QUEUED_BYTES = 4L << 20;

  private final Storage storage;
  private final Executor executor;
  private final ScheduledExecutorService timer;
  private final long maxQueuedBytes;
  private final Map<GroupResource, WatchHub> hubs = new ConcurrentHashMap<>();
  private final Set<SourceWatch> sourceWatches = ConcurrentHashMap.newKeySet();

  /**
   * No watches yet.
   *
   * @param executor encodes and sends; its tasks never wait
   * @param timer ends streams and sends bookmarks; its tasks are short
   * @param bookmarkPeriod how often bookmarks are sent, and clients found that read nothing
   * @param maxQueuedBytes what a client may leave unread before it is cut off
   */
  public Watches(
      Storage storage,
      Executor executor,
      ScheduledExecutorService timer,
      Duration bookmarkPeriod,
      long maxQueuedBytes) {
    this.storage = storage;
    this.executor = executor;
    this.timer = timer;
    this.maxQueuedBytes = maxQueuedBytes;
    timer.scheduleAtFixedRate(
        () -> executor.execute(this::tick),
        bookmarkPeriod.toMillis(),
        bookmarkPeriod.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  /** A stream of a resource's changes, which begins when the transport starts it. */
  public FrameStream watch(GroupResource resource, WatchSpec spec) {
    return sink -> {
      WatchHub hub =
          hubs.computeIfAbsent(resource, each -> new WatchHub(storage, resource, executor));
      var watcher = new Watcher(spec, sink, executor, maxQueuedBytes);
      hub.add(watcher);
      Future<?> end =
          timer.schedule(
              () -> executor.execute(() -> hub.end(watcher)),
              spec.timeout().toMillis(),
              TimeUnit.MILLISECONDS);
      sink.onClose(
          () -> {
            end.cancel(false);
            hub.remove(watcher);
            watcher.closed().complete(null);
          });
    };
  }

  /**
   * A stream of objects that no storage keeps, which begins when the transport starts it.
   *
   * @param gathered where it begins: with these objects, with those of them that are younger than a
   *     version, or behind them
   */
  public FrameStream watch(
      GroupResource resource, ObjectSource source, ObjectSource.Gathered gathered, WatchSpec spec) {
    return sink -> {
      var watch =
          new SourceWatch(resource, new Watcher(spec, sink, executor, maxQueuedBytes), executor);
      sourceWatches.add(watch);
      watch.begin(gathered);
      Runnable follow = source.follow(gathered, watch);
      Future<?> end =
          timer.schedule(
              () -> watch.watcher().end(), spec.timeout().toMillis(), TimeUnit.MILLISECONDS);
      sink.onClose(
          () -> {
            end.cancel(false);
            follow.run();
            sourceWatches.remove(watch);
            watch.watcher().closed().complete(null);
          });
    };
  }

  /** Sends bookmarks and cuts off clients that read nothing. */
  private void tick() {
    hubs.values()
        .forEach(
            hub -> {
              hub.bookmark();
              hub.all().forEach(Watcher::abortIfStuck);
            });
    sourceWatches.forEach(each -> each.watcher().abortIfStuck());
  }

  /** How many watches are open. */
  public int open() {
    return hubs.values().stream().mapToInt(hub -> hub.all().size()).sum() + sourceWatches.size();
  }

  /**
   * Ends every stream as if its time were up.
   *
   * @return completes when the transports have closed them
   */
  public CompletableFuture<Void> endAll() {
    return end(resource -> true);
  }

  /** Does the same with the streams of these resources. */
  public CompletableFuture<Void> end(Predicate<GroupResource> which) {
    var closed = new ArrayList<CompletableFuture<Void>>();
    hubs.forEach(
        (resource, hub) -> {
          if (which.test(resource)) {
            for (Watcher watcher : hub.all()) {
              hub.end(watcher);
              closed.add(watcher.closed());
            }
          }
        });
    for (SourceWatch watch : sourceWatches) {
      if (which.test(watch.resource())) {
        watch.watcher().end();
        closed.add(watch.watcher().closed());
      }
    }
    return CompletableFuture.allOf(closed.toArray(CompletableFuture[]::new));
  }
}
