package io.usher.apiserver.storage.memory;

import io.usher.apiserver.storage.Journal;
import io.usher.apiserver.storage.StorageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings writes into the journal: those that come while it syncs are synced together the next time.
 * After a failure nothing is written any more, as nobody knows what the disk holds; the next start
 * reads it.
 */
final class Commits {

  /** How long {@link #close} waits for a sync: longer than a disk that works takes. */
  private static final int CLOSE_SECONDS = 60;

  private final Journal journal;

  /** Makes staged writes readable, in their order. */
  private final Consumer<List<Runnable>> publisher;

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            var committer = new Thread(task, "usher-apiserver-journal");
            committer.setDaemon(true);
            return committer;
          });

  private List<Write> pending = new ArrayList<>();
  private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
  private long compactTo;
  private volatile @Nullable StorageException broken;

  private record Write(Journal.Entry entry, Runnable publish, CompletableFuture<Void> stored) {}

  Commits(Journal journal, Consumer<List<Runnable>> publisher) {
    this.journal = journal;
    this.publisher = publisher;
  }

  boolean isHealthy() {
    return broken == null;
  }

  void requireHealthy() {
    StorageException failure = broken;
    if (failure != null) {
      throw failure;
    }
  }

  /** Adds a write behind those that came before it. */
  CompletableFuture<Void> add(Journal.Entry entry, Runnable publish) {
    var stored = new CompletableFuture<Void>();
    boolean first;
    synchronized (this) {
      first = pending.isEmpty();
      pending.add(new Write(entry, publish, stored));
      last = stored;
    }
    if (first) {
      thread.execute(this::commit);
    }
    return stored;
  }

  /** The write that was added last: when it is stored and readable, so are those before it. */
  synchronized CompletableFuture<Void> last() {
    return last;
  }

  /** Waits until a write is stored and readable. */
  static void await(CompletableFuture<Void> stored) {
    try {
      stored.join();
    } catch (CompletionException e) {
      throw (StorageException) e.getCause();
    }
  }

  /** The history up to a version is dropped. */
  synchronized void compact(long version) {
    compactTo = version;
  }

  private void commit() {
    List<Write> writes;
    long compact;
    synchronized (this) {
      writes = pending;
      pending = new ArrayList<>();
      compact = compactTo;
      compactTo = 0;
    }
    try {
      requireHealthy();
      journal.append(writes.stream().map(Write::entry).toList());
      publisher.accept(writes.stream().map(Write::publish).toList());
      writes.forEach(write -> write.stored.complete(null));
      if (compact > 0) {
        journal.compact(compact);
      }
    } catch (IOException | RuntimeException e) {
      if (broken == null) {
        broken =
            new StorageException(
                "the journal can't be written, so nothing is written until the next start: "
                    + e.getMessage(),
                e);
      }
      writes.forEach(write -> write.stored.completeExceptionally(broken));
    }
  }

  /** Stores what was added and closes the journal. */
  void close() throws IOException {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("the journal's sync has not ended in " + CLOSE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    journal.close();
  }
}
