package io.usher.apiserver.storage.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.EventType;
import io.usher.apiserver.storage.Snapshot;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StorageException;
import io.usher.apiserver.storage.StoredObject;
import io.usher.apiserver.storage.memory.WatchCache;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects in etcd. An object's version is the revision that wrote it; a write is one transaction on
 * that revision, made once. {@link #get} and {@link #latest} ask a majority of etcd's members, all
 * other reads are answered by the cache, which a watch of etcd fills.
 */
public final class EtcdStorage implements Storage {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdStorage.class);

  /** How long a write that is done waits for the watch to tell it to this process' readers. */
  private static final long TOLD_MILLIS = 3000;

  /** A change that is on its way comes sooner, without being asked for. */
  private static final long FIRST_ASKED_MILLIS = 5;

  private static final long ASKED_AGAIN_MILLIS = 20;

  private static final long RELOAD_SECONDS = 60;

  private final EtcdClient client;
  private final EtcdKeys keys;
  private final WatchCache cache;
  private final EtcdWatch watch;
  private final Drafts drafts = new Drafts();
  private final ScheduledExecutorService timer;
  private final ExecutorService executor;
  private final AtomicBoolean asking = new AtomicBoolean();

  /** Where etcd was at the last compaction; only the timer's thread reads and writes it. */
  private long compactNext;

  private EtcdStorage(EtcdConfig config, EtcdClient client) {
    this.client = client;
    keys = new EtcdKeys(config.prefix());
    cache = new WatchCache(config.historyBytes());
    ThreadFactory daemons =
        task -> {
          var thread = new Thread(task, "usher-apiserver-etcd");
          thread.setDaemon(true);
          return thread;
        };
    var scheduled = new ScheduledThreadPoolExecutor(1, daemons);
    scheduled.setRemoveOnCancelPolicy(true);
    timer = scheduled;
    executor =
        Executors.newFixedThreadPool(
            Math.max(2, Runtime.getRuntime().availableProcessors()), daemons);
    watch = new EtcdWatch(client, keys, cache, drafts, timer, new SecureRandom());
  }

  /**
   * Connects to etcd and reads what it holds under the prefix.
   *
   * @throws StorageException when etcd does not answer, or holds what is no object; the message
   *     names it
   */
  public static Storage open(EtcdConfig config) {
    EtcdConfig.Tls files = config.tls();
    EtcdTls tls = files == null ? null : EtcdTls.open(files);
    var storage =
        new EtcdStorage(config, tls == null ? EtcdClient.of(config) : EtcdClient.of(config, tls));
    try {
      long revision = storage.watch.start();
      storage.watch.await(storage.reached(revision), "tell the changes up to " + revision);
      storage.watch.requireReadable();
    } catch (StorageException e) {
      storage.close();
      throw e;
    }
    if (tls != null) {
      storage.every(RELOAD_SECONDS * 1000, "take new certificates over", tls::reload);
    }
    if (!config.compactionInterval().isZero()) {
      storage.every(
          config.compactionInterval().toMillis(), "compact etcd", storage::compactWhatWasSeen);
    }
    return storage;
  }

  private void every(long millis, String step, Runnable task) {
    timer.scheduleWithFixedDelay(
        () -> {
          try {
            task.run();
          } catch (StorageException e) {
            LOG.warn("{}: {}", step, e.getMessage());
          }
        },
        millis,
        millis,
        TimeUnit.MILLISECONDS);
  }

  /** Every server does it; etcd keeps an interval's versions all the same. */
  private void compactWhatWasSeen() {
    long due = compactNext;
    compactNext = cache.version();
    if (due > 0 && due < compactNext) {
      client.compact(due);
    }
  }

  @Override
  public long version() {
    return cache.version();
  }

  @Override
  public long latest() {
    return client.revision(keys.begin());
  }

  @Override
  public Snapshot snapshot(GroupResource resource) {
    return cache.snapshot(resource);
  }

  @Override
  public Snapshot snapshot(GroupResource resource, long version) {
    return cache.snapshot(resource, version);
  }

  @Override
  public @Nullable StoredObject get(GroupResource resource, String key) {
    RangeResponse response = client.get(keys.of(resource, key));
    if (response.getKvsCount() == 0) {
      return null;
    }
    KeyValue stored = response.getKvs(0);
    StoredObject known = cache.get(resource, key);
    return known != null && known.version() == stored.getModRevision()
        ? known
        : object(key, stored);
  }

  private static StoredObject object(String key, KeyValue stored) {
    EventType event = stored.getVersion() == 1 ? EventType.ADDED : EventType.MODIFIED;
    return StoredObject.of(key, stored.getModRevision(), Drafts.decode(stored), event);
  }

  @Override
  public @Nullable StoredObject put(
      GroupResource resource, String key, long expected, Draft draft) {
    ByteString etcdKey = keys.of(resource, key);
    RequestOp put =
        RequestOp.newBuilder()
            .setRequestPut(PutRequest.newBuilder().setKey(etcdKey).setValue(Drafts.value(draft)))
            .build();
    drafts.expect(etcdKey, draft);
    try {
      TxnResponse done = write(etcdKey, expected, put);
      if (!done.getSucceeded()) {
        return null;
      }
      return StoredObject.of(
          key,
          done.getHeader().getRevision(),
          draft,
          expected == 0 ? EventType.ADDED : EventType.MODIFIED);
    } finally {
      drafts.forget(etcdKey, draft);
    }
  }

  @Override
  public @Nullable StoredObject delete(GroupResource resource, String key, long expected) {
    if (expected == 0) {
      return null;
    }
    ByteString etcdKey = keys.of(resource, key);
    RequestOp delete =
        RequestOp.newBuilder()
            .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(etcdKey).setPrevKv(true))
            .build();
    TxnResponse done = write(etcdKey, expected, delete);
    if (!done.getSucceeded()) {
      return null;
    }
    KeyValue before = done.getResponses(0).getResponseDeleteRange().getPrevKvs(0);
    return object(key, before).retold(EventType.DELETED, done.getHeader().getRevision());
  }

  /** Writes if the key is at the revision expected; then this process' readers know the outcome. */
  private TxnResponse write(ByteString key, long expected, RequestOp operation) {
    TxnRequest transaction =
        TxnRequest.newBuilder()
            .addCompare(
                Compare.newBuilder()
                    .setKey(key)
                    .setTarget(Compare.CompareTarget.MOD)
                    .setResult(Compare.CompareResult.EQUAL)
                    .setModRevision(expected))
            .addSuccess(operation)
            .addFailure(
                RequestOp.newBuilder()
                    .setRequestRange(RangeRequest.newBuilder().setKey(key).setKeysOnly(true)))
            .build();
    TxnResponse done = client.write("write " + key.toStringUtf8(), transaction);
    if (done.getSucceeded()) {
      awaitTold(done.getHeader().getRevision());
    } else {
      RangeResponse present = done.getResponses(0).getResponseRange();
      // Who tries again on what the cache has must not find what has just failed.
      awaitTold(
          present.getKvsCount() == 0
              ? Math.min(expected, cache.version())
              : present.getKvs(0).getModRevision());
    }
    return done;
  }

  private void awaitTold(long version) {
    CompletableFuture<Void> told = cache.reached(version);
    try {
      told.get(TOLD_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // The write is done all the same, and whoever asks etcd sees it.
      told.cancel(false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public List<Change> changesAfter(GroupResource resource, long version) {
    return cache.changesAfter(resource, version);
  }

  @Override
  public Runnable onChange(GroupResource resource, Runnable listener) {
    return cache.onChange(resource, listener);
  }

  @Override
  public CompletableFuture<Void> reached(long version) {
    CompletableFuture<Void> told = cache.reached(version);
    if (told.isDone()) {
      return told;
    }
    if (asking.compareAndSet(false, true)) {
      timer.schedule(this::ask, FIRST_ASKED_MILLIS, TimeUnit.MILLISECONDS);
    }
    // What follows may take long: not on the thread that brings the changes.
    var reached = new CompletableFuture<Void>();
    told.thenRunAsync(() -> reached.complete(null), executor);
    reached.whenComplete((done, failure) -> told.cancel(false));
    return reached;
  }

  /** While somebody waits: a change of other keys than ours is known by etcd's word alone. */
  private void ask() {
    if (cache.isAwaited()) {
      watch.requestProgress();
      timer.schedule(this::ask, ASKED_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
      return;
    }
    asking.set(false);
    if (cache.isAwaited() && asking.compareAndSet(false, true)) {
      timer.schedule(this::ask, FIRST_ASKED_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void compact(long version) {
    cache.compact(version);
    client.compact(version);
  }

  @Override
  public boolean isHealthy() {
    return watch.isLive();
  }

  @Override
  public void close() {
    watch.close();
    timer.shutdownNow();
    client.close();
    executor.shutdown();
  }
}
