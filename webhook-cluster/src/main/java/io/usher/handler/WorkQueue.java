package io.usher.handler;

import io.usher.engine.Ticker;
import io.usher.engine.TokenBucket;
import io.usher.view.StoredObject;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The objects that a handler is to be called for, each once however often it changes, those first
 * that came first. While the handler runs for an object, the object does not come out again. It
 * holds no more than one entry for each object. Thread-safe.
 */
final class WorkQueue {

  /** So often the shortest pause is doubled at most: longer ones would overflow. */
  private static final int MAX_DOUBLINGS = 30;

  private final Map<ObjectKey, Work> all = new HashMap<>();
  private final TreeSet<Work> waiting =
      new TreeSet<>(
          Comparator.<Work>comparingLong(work -> work.dueNanos)
              .thenComparingLong(work -> work.place));
  private final boolean latest;
  private final HandlerSettings settings;
  private final TokenBucket retries;
  private final RandomGenerator random;
  private final Ticker ticker;
  private long places;

  /**
   * An empty queue.
   *
   * @param latest whether of several changes of an object the last one's old object counts, and not
   *     the first one's
   */
  WorkQueue(boolean latest, HandlerSettings settings, RandomGenerator random, Ticker ticker) {
    this.latest = latest;
    this.settings = settings;
    this.random = random;
    this.ticker = ticker;
    this.retries = new TokenBucket(settings.retriesPerSecond(), settings.retryBurst(), ticker);
  }

  /**
   * An object has changed. What has failed before waits for its shortest pause still.
   *
   * @param old what the change is from
   */
  synchronized void add(ObjectKey key, @Nullable StoredObject old) {
    Work work = all.get(key);
    if (work == null) {
      work = new Work(key);
      all.put(key, work);
      work.old = old;
      put(work, ticker.nanos());
    } else if (work.running) {
      work.changedOld = work.changed && !latest ? work.changedOld : old;
      work.changed = true;
    } else {
      work.old = latest || work.handled || work.old == null ? old : work.old;
      work.handled = false;
      long due = ticker.nanos() + (work.failures == 0 ? 0 : settings.minRetry().toNanos());
      if (work.dueNanos - due > 0) {
        waiting.remove(work);
        put(work, due);
      }
    }
  }

  /** The handler need not be called for this object any more. */
  synchronized void remove(ObjectKey key) {
    Work work = all.get(key);
    if (work == null) {
      return;
    }
    if (work.running) {
      work.changed = false;
    } else {
      waiting.remove(work);
      all.remove(key);
    }
  }

  /** The object that is due; the caller ends it by one of the methods below. Null when none is. */
  synchronized @Nullable Work poll() {
    if (waiting.isEmpty() || waiting.first().dueNanos - ticker.nanos() > 0) {
      return null;
    }
    Work work = waiting.pollFirst();
    work.running = true;
    return work;
  }

  /** How long it is until an object is due; null when none waits. */
  synchronized @Nullable Duration untilDue() {
    return waiting.isEmpty()
        ? null
        : Duration.ofNanos(Math.max(0, waiting.first().dueNanos - ticker.nanos()));
  }

  /** All is done for the object, until it changes. */
  synchronized void done(Work work) {
    ended(work, null);
  }

  /** All is done for the object, and the handler is to be called for it again after this time. */
  synchronized void again(Work work, Duration after) {
    ended(work, after);
  }

  private void ended(Work work, @Nullable Duration after) {
    work.failures = 0;
    work.failure = "";
    work.running = false;
    if (work.changed) {
      work.old = work.changedOld;
      work.handled = false;
      resume(work, Duration.ZERO);
    } else if (after != null) {
      work.handled = true;
      resume(work, after);
    } else {
      all.remove(work.key);
    }
  }

  /** The object could not be looked at now: it is no failure of its own. */
  synchronized void putBack(Work work) {
    work.running = false;
    resume(work, Duration.ZERO);
  }

  /**
   * It failed for the object, and is tried again, ever later.
   *
   * @param atLeast what the API server asked for
   */
  synchronized void retry(Work work, Duration atLeast) {
    work.running = false;
    work.failures++;
    if (work.changed && latest) {
      work.old = work.changedOld;
    }
    resume(work, pause(work.failures, atLeast));
  }

  private Duration pause(int failures, Duration atLeast) {
    long whole = settings.minRetry().toNanos() << Math.min(failures - 1, MAX_DOUBLINGS);
    if (whole <= 0 || whole > settings.maxRetry().toNanos()) {
      whole = settings.maxRetry().toNanos();
    }
    long drawn = whole / 2 + random.nextLong(whole / 2 + 1);
    long asked = Math.min(atLeast.toNanos(), settings.maxRetry().toNanos());
    return Duration.ofNanos(Math.max(drawn, Math.max(asked, retries.take().toNanos())));
  }

  private void resume(Work work, Duration after) {
    work.changed = false;
    work.changedOld = null;
    put(work, ticker.nanos() + after.toNanos());
  }

  private void put(Work work, long dueNanos) {
    work.dueNanos = dueNanos;
    work.place = places++;
    waiting.add(work);
  }

  /** How long the object that is due longest waits; zero when none is due. */
  synchronized Duration lag() {
    return waiting.isEmpty()
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(0, ticker.nanos() - waiting.first().dueNanos));
  }

  /** For how many objects the handler is to be called. */
  synchronized int size() {
    return all.size();
  }
}
