package io.usher.apiserver.storage.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchProgressRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.EventType;
import io.usher.apiserver.storage.StorageException;
import io.usher.apiserver.storage.StoredObject;
import io.usher.apiserver.storage.memory.WatchCache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills the cache: with what etcd holds, and from then on with every change, by one watch of all
 * keys. When the watch ends it is begun again where it ended; when etcd has forgotten what came
 * since, the cache begins anew, and watchers of this server are told 410.
 */
final class EtcdWatch {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);

  /** How far a server that starts reads back, so that watches resume over its restart. */
  private static final long HISTORY_REVISIONS = 10_000;

  private static final int PROBE_SECONDS = 10;

  /** How long a stream waits for a connection before the next member has its turn. */
  private static final int CONNECT_SECONDS = 2;

  /**
   * {@code fragment} of etcd's WatchCreateRequest: messages of bounded size, though many changes
   * are to be told. jetcd's messages do not name it, nor that of the response.
   */
  private static final UnknownFieldSet FRAGMENT =
      UnknownFieldSet.newBuilder()
          .addField(8, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
          .build();

  private static final int FRAGMENT_OF_RESPONSE = 7;

  private final EtcdClient client;
  private final EtcdKeys keys;
  private final WatchCache cache;
  private final Drafts drafts;
  private final ScheduledExecutorService timer;
  private final Backoff backoff;

  /** Keys below the prefix that hold no objects. */
  private final Set<ByteString> unreadable = ConcurrentHashMap.newKeySet();

  /** The stream that counts; guarded by this. */
  private @Nullable Stream stream;

  private boolean closed;
  private volatile boolean live;
  private final CompletableFuture<Void> begun = new CompletableFuture<>();

  EtcdWatch(
      EtcdClient client,
      EtcdKeys keys,
      WatchCache cache,
      Drafts drafts,
      ScheduledExecutorService timer,
      Random random) {
    this.client = client;
    this.keys = keys;
    this.cache = cache;
    this.drafts = drafts;
    this.timer = timer;
    this.backoff = new Backoff(random);
  }

  /** Whether changes come in. */
  boolean isLive() {
    return live;
  }

  /**
   * Fills the cache for the first time, as it was some time ago, and begins to watch.
   *
   * @return the revision that the cache is to reach
   * @throws StorageException when etcd does not answer, or holds something else
   */
  long start() {
    long revision = client.revision(keys.begin());
    long from = Math.max(1, revision - HISTORY_REVISIONS);
    var objects = objectsAt(from);
    if (objects == null) {
      from = compacted(from);
      objects = objectsAt(from);
    }
    if (objects == null) {
      // Compacted again meanwhile.
      from = revision;
      objects = objectsAt(from);
    }
    if (objects == null) {
      throw new StorageException("etcd is compacted faster than it can be read", null);
    }
    cache.begin(from, objects);
    connect();
    await(begun, "begin a watch");
    return revision;
  }

  /**
   * Refuses to go on where another program writes.
   *
   * @throws StorageException when a key holds what is no object; the message names it
   */
  void requireReadable() {
    for (ByteString key : unreadable) {
      throw new StorageException(
          "the value of key "
              + key.toStringUtf8()
              + " in etcd is no object in JSON: choose another prefix where another program"
              + " writes, or delete the key",
          null);
    }
  }

  private @Nullable Map<GroupResource, Map<String, StoredObject>> objectsAt(long revision) {
    unreadable.clear();
    var objects = new HashMap<GroupResource, Map<String, StoredObject>>();
    return client.list(keys.begin(), keys.end(), revision, each -> add(each, objects))
        ? objects
        : null;
  }

  private void add(KeyValue each, Map<GroupResource, Map<String, StoredObject>> objects) {
    EtcdKeys.Parsed parsed = keys.parse(each.getKey());
    Draft draft = parsed == null ? null : read(each);
    if (parsed != null && draft != null) {
      objects
          .computeIfAbsent(parsed.resource(), resource -> new HashMap<>())
          .put(
              parsed.key(),
              StoredObject.of(parsed.key(), each.getModRevision(), draft, EventType.ADDED));
    }
  }

  /** An object, or null where there is something else: a running server goes on without it. */
  private @Nullable Draft read(KeyValue stored) {
    try {
      Draft draft = drafts.of(stored);
      unreadable.remove(stored.getKey());
      return draft;
    } catch (StorageException e) {
      LOG.error("an object that can't be read is taken for deleted: {}", e.getMessage());
      unreadable.add(stored.getKey());
      return null;
    }
  }

  /** The revision that etcd was compacted to, told to a watch from one before it. */
  private long compacted(long from) {
    var compacted = new CompletableFuture<Void>();
    var probe =
        new ClientResponseObserver<WatchRequest, WatchResponse>() {
          private volatile long revision;
          private @Nullable ClientCallStreamObserver<WatchRequest> requests;

          @Override
          public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
            requests = stream;
          }

          @Override
          public void onNext(WatchResponse response) {
            if (response.getCanceled()) {
              revision = response.getCompactRevision();
              compacted.complete(null);
            }
          }

          @Override
          public void onError(Throwable failure) {
            compacted.completeExceptionally(failure);
          }

          @Override
          public void onCompleted() {
            compacted.complete(null);
          }
        };
    client.watch().watch(probe).onNext(request(from));
    try {
      await(compacted, "tell what it was compacted to");
    } finally {
      if (probe.requests != null) {
        probe.requests.cancel("answered", null);
      }
    }
    return probe.revision;
  }

  /** Waits for etcd as it must answer at the start. */
  void await(CompletableFuture<Void> answer, String step) {
    try {
      answer.get(PROBE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new StorageException(
          StorageException.Outcome.UNAVAILABLE,
          "etcd at " + client.server() + " can't " + step + ": " + e,
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException(
          StorageException.Outcome.UNAVAILABLE, "interrupted while etcd starts", e);
    }
  }

  private WatchRequest request(long from) {
    return WatchRequest.newBuilder()
        .setCreateRequest(
            WatchCreateRequest.newBuilder()
                .setKey(keys.begin())
                .setRangeEnd(keys.end())
                .setStartRevision(from)
                .setProgressNotify(true)
                .setUnknownFields(FRAGMENT))
        .build();
  }

  private synchronized void connect() {
    if (closed) {
      return;
    }
    var next = new Stream();
    stream = next;
    client.connect();
    client.watch().watch(next);
    next.send(request(cache.version() + 1));
    timer.schedule(() -> endUnlessLive(next), CONNECT_SECONDS, TimeUnit.SECONDS);
  }

  private synchronized void endUnlessLive(Stream waiting) {
    if (stream == waiting && !live) {
      waiting.cancel();
      ended(waiting, "etcd does not answer");
    }
  }

  /** Has etcd tell how far the watch is, so that a quiet one is known to have missed nothing. */
  synchronized void requestProgress() {
    if (stream != null && live) {
      stream.send(
          WatchRequest.newBuilder()
              .setProgressRequest(WatchProgressRequest.getDefaultInstance())
              .build());
    }
  }

  private synchronized boolean isCurrent(Stream other) {
    return stream == other;
  }

  private synchronized void ended(Stream old, String why) {
    if (stream != old || closed) {
      return;
    }
    stream = null;
    if (live) {
      LOG.warn("etcd's watch has ended and is begun again: {}", why);
    }
    live = false;
    client.leave();
    later(this::connect);
  }

  private void later(Runnable step) {
    Duration wait = backoff.next();
    timer.schedule(step, wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Etcd has forgotten changes that the cache has not seen. */
  private synchronized void compacted(Stream old) {
    if (stream == old && !closed) {
      stream = null;
      live = false;
      LOG.warn("etcd was compacted beyond {}: all objects are read anew", cache.version());
      timer.execute(this::beginAnew);
    }
  }

  private void beginAnew() {
    try {
      long revision = client.revision(keys.begin());
      var objects = objectsAt(revision);
      if (objects != null) {
        cache.begin(revision, objects);
        connect();
        return;
      }
    } catch (StorageException e) {
      LOG.warn("read all objects anew: {}", e.getMessage());
    }
    synchronized (this) {
      if (!closed) {
        later(this::beginAnew);
      }
    }
  }

  synchronized void close() {
    closed = true;
    live = false;
    if (stream != null) {
      stream.cancel();
    }
  }

  /** One stream of changes. Etcd's messages come one at a time. */
  private final class Stream implements ClientResponseObserver<WatchRequest, WatchResponse> {

    /** Changes of one revision of which more may come: a message may end between them. */
    private final List<Event> held = new ArrayList<>();

    private @Nullable ClientCallStreamObserver<WatchRequest> requests;

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
      requests = stream;
    }

    /** With the watch's lock held, as a stream takes one request at a time. */
    private void send(WatchRequest request) {
      if (requests != null) {
        requests.onNext(request);
      }
    }

    private void cancel() {
      if (requests != null) {
        requests.cancel("closed", null);
      }
    }

    @Override
    public void onNext(WatchResponse response) {
      if (!isCurrent(this)) {
        return;
      }
      if (response.getCanceled()) {
        if (response.getCompactRevision() > 0) {
          compacted(this);
        } else {
          ended(this, response.getCancelReason());
        }
        cancel();
      } else if (response.getCreated()) {
        live = true;
        begun.complete(null);
        backoff.reset();
        LOG.info("follows etcd at {} from revision {}", client.server(), cache.version());
      } else {
        take(response);
      }
    }

    private void take(WatchResponse response) {
      for (Event event : response.getEventsList()) {
        if (!held.isEmpty() && revision(held.get(0)) != revision(event)) {
          apply();
        }
        held.add(event);
      }
      if (!response.getUnknownFields().hasField(FRAGMENT_OF_RESPONSE) && !held.isEmpty()) {
        apply();
      }
      if (response.getEventsCount() == 0 && held.isEmpty()) {
        cache.advance(response.getHeader().getRevision());
      }
    }

    private static long revision(Event event) {
      return event.getKv().getModRevision();
    }

    private void apply() {
      var writes = new ArrayList<WatchCache.Write>(held.size());
      for (Event event : held) {
        EtcdKeys.Parsed parsed = keys.parse(event.getKv().getKey());
        if (parsed != null) {
          boolean deleted = event.getType() == Event.EventType.DELETE;
          if (deleted) {
            unreadable.remove(event.getKv().getKey());
          }
          writes.add(
              new WatchCache.Write(
                  parsed.resource(), parsed.key(), deleted ? null : read(event.getKv())));
        }
      }
      cache.apply(revision(held.get(0)), writes);
      held.clear();
    }

    @Override
    public void onError(Throwable failure) {
      ended(this, failure.toString());
    }

    @Override
    public void onCompleted() {
      ended(this, "etcd has closed it");
    }
  }
}
