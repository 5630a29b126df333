package io.usher.listwatch;

import io.usher.engine.LiveQuestion;
import io.usher.engine.Ticker;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers of which a declaration states for how long they may be given again; the oldest make room.
 * Thread-safe.
 */
final class LiveCache {

  private static final int MOST_BYTES = 16 << 20;

  /** What an entry takes beside its body, roughly: an absent object is an answer, too. */
  private static final int ENTRY_BYTES = 512;

  private final Ticker ticker;

  /** By path, the oldest first; under this object's lock. */
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private long bytes;

  LiveCache(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * An answer.
   *
   * @param body null when there is no such object
   * @param askedNanos when it was asked for, by the ticker: it may be as old as this
   */
  record Entry(byte @Nullable [] body, long askedNanos) {

    int bytes() {
      return ENTRY_BYTES + (body == null ? 0 : body.length);
    }
  }

  /** The answer to a question, if one is young enough for it. */
  synchronized @Nullable Entry get(LiveQuestion question) {
    Entry entry = entries.get(question.path());
    return entry != null && isFresh(entry, question.read().cacheTime()) ? entry : null;
  }

  private boolean isFresh(Entry entry, Duration cacheTime) {
    return ticker.nanos() - entry.askedNanos() < cacheTime.toNanos();
  }

  synchronized void put(LiveQuestion question, Entry entry) {
    if (question.read().cacheTime().isZero()) {
      return;
    }
    Entry before = entries.remove(question.path());
    bytes += entry.bytes() - (before == null ? 0 : before.bytes());
    entries.put(question.path(), entry);
    for (Iterator<Entry> oldest = entries.values().iterator(); bytes > MOST_BYTES; ) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }
}
