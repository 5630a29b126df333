package io.usher.listwatch;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** What was asked of the API server since the start. Thread-safe. */
public final class ReadCounters {

  /** Of nothing asked. */
  public static final ReadCounters NONE = new ReadCounters();

  private final AtomicLong lists = new AtomicLong();
  private final AtomicLong watches = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong liveHits = new AtomicLong();
  private final AtomicLong liveMisses = new AtomicLong();
  private final AtomicLong liveErrors = new AtomicLong();
  private volatile LongConsumer liveNanos = nanos -> {};

  /** Nothing was asked yet. */
  public ReadCounters() {}

  void listed() {
    lists.incrementAndGet();
  }

  void watched() {
    watches.incrementAndGet();
  }

  void failed() {
    failures.incrementAndGet();
  }

  void liveHit() {
    liveHits.incrementAndGet();
  }

  void liveMiss() {
    liveMisses.incrementAndGet();
  }

  void liveError() {
    liveErrors.incrementAndGet();
  }

  void liveLanded(long nanos) {
    liveNanos.accept(nanos);
  }

  /** Tells from now on how long each question to the API server took. */
  public void timeLiveReads(LongConsumer nanos) {
    liveNanos = nanos;
  }

  /** Live reads whose answer was there, or on its way. */
  public long liveHits() {
    return liveHits.get();
  }

  /** Live reads that the API server was asked for. */
  public long liveMisses() {
    return liveMisses.get();
  }

  /** Live reads, of both, that had no answer in time, or were refused. */
  public long liveErrors() {
    return liveErrors.get();
  }

  /** Lists that were begun. */
  public long lists() {
    return lists.get();
  }

  /** Watches that were begun: each ends by itself after some minutes, and another one goes on. */
  public long watches() {
    return watches.get();
  }

  /** Lists and watches that failed, but for those whose version was forgotten. */
  public long failures() {
    return failures.get();
  }
}
