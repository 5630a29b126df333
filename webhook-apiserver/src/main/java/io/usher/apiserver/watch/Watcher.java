package io.usher.apiserver.watch;

import io.usher.apiserver.api.FrameSink;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.CompactedException;
import io.usher.apiserver.storage.EventType;
import io.usher.apiserver.storage.Snapshot;
import io.usher.apiserver.storage.StoredObject;
import io.usher.apiserver.storage.StoredTree;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's stream. What it begins with, objects or a part of the history, is encoded as fast as
 * the client reads it; the changes since wait in a queue of bounded size, and a client that lets it
 * overflow is cut off.
 *
 * <p>The hub offers changes in order, one at a time; a task of the executor sends them.
 */
final class Watcher {

  private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);

  /** What is given to the transport at a time. */
  private static final int BATCH_BYTES = 64 << 10;

  /** What a bookmark counts for in the queue, about. */
  private static final int BOOKMARK_BYTES = 256;

  private final WatchSpec spec;
  private final FrameSink sink;
  private final Executor executor;
  private final long maxQueuedBytes;
  private final CompletableFuture<Void> transportClosed = new CompletableFuture<>();

  /** What the stream begins with, null for what is not selected. All below is guarded by this. */
  private Iterator<@Nullable Frame> backlog = Collections.emptyIterator();

  private final ArrayDeque<Pending> queue = new ArrayDeque<>();
  private long queuedBytes;
  private boolean first = true;

  /** Whether a task sends, or will, or the transport has not taken the last frames yet. */
  private boolean busy = true;

  private long sent;
  private long sentAtLastCheck = -1;
  private boolean ending;
  private boolean closed;

  /** A frame that is encoded when it is sent, so that a queue holds no copies. */
  private record Pending(long bytes, Frame frame) {}

  private interface Frame {
    ByteBuffer encode(boolean first);
  }

  Watcher(WatchSpec spec, FrameSink sink, Executor executor, long maxQueuedBytes) {
    this.spec = spec;
    this.sink = sink;
    this.executor = executor;
    this.maxQueuedBytes = maxQueuedBytes;
  }

  WatchSpec spec() {
    return spec;
  }

  /** Completes when the transport has closed the stream. */
  CompletableFuture<Void> closed() {
    return transportClosed;
  }

  /** Begins with what exists. */
  synchronized void begin(Snapshot state) {
    NavigableMap<String, StoredObject> objects =
        spec.namespace().isEmpty() ? state.objects() : state.inNamespace(spec.namespace());
    backlog = objects.values().stream().map(this::existing).iterator();
    if (spec.bookmarks()) {
      tell(BOOKMARK_BYTES, first -> spec.encoding().bookmark(state.version(), true, first));
    }
  }

  private @Nullable Frame existing(StoredObject object) {
    var tree = new StoredTree(object);
    return spec.filter().test(tree)
        ? first -> spec.encoding().frame(EventType.ADDED, tree, first)
        : null;
  }

  /** Begins with a part of the history. */
  synchronized void begin(List<Change> changes) {
    backlog = changes.stream().map(this::replayed).iterator();
  }

  private @Nullable Frame replayed(Change change) {
    if (!spec.namespace().isEmpty() && !spec.namespace().equals(change.object().namespace())) {
      return null;
    }
    StoredObject before = change.before();
    return frame(
        change, before == null ? null : new StoredTree(before), new StoredTree(change.object()));
  }

  /** What the stream begins with is known: from now on it may be sent. */
  synchronized void begun() {
    executor.execute(this::send);
  }

  /**
   * Offers a change in the watcher's namespace.
   *
   * @return whether {@link #send} must run for it
   */
  boolean offer(Change change, @Nullable StoredTree before, StoredTree after) {
    if (change.version() <= spec.after()) {
      return false;
    }
    Frame frame;
    try {
      frame = frame(change, before, after);
    } catch (RuntimeException e) {
      fail(e);
      return false;
    }
    return frame != null && add(change.object().length(), frame);
  }

  /** The event that a change is to this watcher, if it is one. */
  private @Nullable Frame frame(Change change, @Nullable StoredTree before, StoredTree after) {
    boolean was = before != null && spec.filter().test(before);
    if (!change.isDeletion() && spec.filter().test(after)) {
      return event(was ? EventType.MODIFIED : EventType.ADDED, change.object());
    }
    return was ? event(EventType.DELETED, change.vanished()) : null;
  }

  private Frame event(EventType type, StoredObject object) {
    return first -> spec.encoding().frame(type, new StoredTree(object), first);
  }

  /** Tells up to which version the watcher has seen all. */
  void bookmark(long version) {
    if (spec.bookmarks()) {
      tell(BOOKMARK_BYTES, first -> spec.encoding().bookmark(version, false, first));
    }
  }

  /** Ends with 410: the history has left the watcher behind. */
  void expired(CompactedException compacted) {
    end(compacted.status());
  }

  /** Ends with an ERROR event. */
  void end(Status status) {
    ByteBuffer frame = WatchSpec.error(status);
    tell(frame.remaining(), first -> frame);
    end();
  }

  private void tell(long bytes, Frame frame) {
    if (add(bytes, frame)) {
      executor.execute(this::send);
    }
  }

  /** Whether {@link #send} must run now, and does not yet. */
  private synchronized boolean add(long bytes, Frame frame) {
    if (ending) {
      return false;
    }
    queue.add(new Pending(bytes, frame));
    queuedBytes += bytes;
    if (queuedBytes > maxQueuedBytes) {
      abort();
      return false;
    }
    return wake();
  }

  /** Ends the stream once all that is queued is sent. */
  synchronized void end() {
    ending = true;
    if (wake()) {
      executor.execute(this::send);
    }
  }

  private boolean wake() {
    boolean woken = !busy;
    busy = true;
    return woken;
  }

  /**
   * Cuts off a client that has taken nothing since the last call; called from time to time, so that
   * one that stopped reading is found though nothing changes.
   */
  synchronized void abortIfStuck() {
    if (busy && sent == sentAtLastCheck) {
      abort();
    }
    sentAtLastCheck = busy ? sent : -1;
  }

  private void abort() {
    ending = true;
    backlog = Collections.emptyIterator();
    queue.clear();
    if (!closed) {
      closed = true;
      executor.execute(sink::abort);
    }
  }

  /** What a type declares fails at an object: this watcher ends, and the others go on. */
  private synchronized void fail(RuntimeException e) {
    LOG.error("a watch ends, as an object can't be selected, shown or sent", e);
    abort();
  }

  /** Gives the transport what is next; never throws, and never waits. */
  void send() {
    try {
      sendNext();
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void sendNext() {
    List<ByteBuffer> batch;
    synchronized (this) {
      batch = nextBatch();
      if (batch.isEmpty()) {
        busy = false;
        if (!ending || closed) {
          return;
        }
        closed = true;
      }
      sent++;
    }
    if (batch.isEmpty()) {
      sink.close();
    } else {
      sink.send(batch, this::taken);
    }
  }

  private void taken() {
    synchronized (this) {
      if (queue.isEmpty() && !backlog.hasNext() && !ending) {
        busy = false;
        return;
      }
    }
    executor.execute(this::send);
  }

  private List<ByteBuffer> nextBatch() {
    var batch = new ArrayList<ByteBuffer>();
    long bytes = 0;
    while (bytes < BATCH_BYTES && backlog.hasNext()) {
      Frame next = backlog.next();
      bytes += next == null ? 0 : encode(next, batch);
    }
    while (bytes < BATCH_BYTES && !queue.isEmpty()) {
      Pending next = queue.remove();
      queuedBytes -= next.bytes;
      bytes += encode(next.frame, batch);
    }
    return batch;
  }

  private long encode(Frame frame, List<ByteBuffer> batch) {
    ByteBuffer encoded = frame.encode(first);
    first = false;
    batch.add(encoded);
    return encoded.remaining();
  }
}
