package io.usher.listwatch;

import java.util.concurrent.atomic.AtomicLong;

/** What was asked of the API server since the start. Thread-safe. */
public final class ReadCounters {

  /** Of nothing asked. */
  public static final ReadCounters NONE = new ReadCounters();

  private final AtomicLong lists = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  ReadCounters() {}

  void listed() {
    lists.incrementAndGet();
  }

  void failed() {
    failures.incrementAndGet();
  }

  /** Lists that were begun. */
  public long lists() {
    return lists.get();
  }

  /** Lists and watches that failed, but for those whose version was forgotten. */
  public long failures() {
    return failures.get();
  }
}
