package io.usher.apiserver.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The status of reviews, each asked for once until its time is up, however many ask at the same
 * moment. Failures are not kept. What was used last goes last when there are too many. Thread-safe.
 */
public final class ReviewCache {

  /** As k8s.io/apiserver's cache of a webhook authorizer. */
  private static final int MAX_ENTRIES = 8192;

  /** Of all keys and statuses together. */
  private static final long MAX_CHARACTERS = 8 << 20;

  /** What is longer is asked each time: callers choose how long their names are. */
  private static final int MAX_ENTRY_CHARACTERS = 10_000;

  private final ReviewCaller caller;
  private final Function<JsonNode, Duration> life;
  private final LongSupplier nanos;
  private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, CompletableFuture<JsonNode>> calls = new HashMap<>();
  private long characters;

  private record Entry(JsonNode status, int characters, long end) {}

  /**
   * @param life how long a status is kept
   * @param nanos a clock that never goes back, {@code System::nanoTime}
   */
  public ReviewCache(ReviewCaller caller, Function<JsonNode, Duration> life, LongSupplier nanos) {
    this.caller = caller;
    this.life = life;
    this.nanos = nanos;
  }

  /**
   * The {@code status} of a review.
   *
   * @param key the same for the same question, and for no other
   * @param review made when it is not known
   * @throws ReviewException when nobody answers
   */
  public JsonNode status(String key, Supplier<ObjectNode> review) throws ReviewException {
    CompletableFuture<JsonNode> mine = new CompletableFuture<>();
    CompletableFuture<JsonNode> others;
    synchronized (this) {
      JsonNode known = known(key);
      if (known != null) {
        return known;
      }
      others = calls.putIfAbsent(key, mine);
    }
    if (others != null) {
      return answerOf(others);
    }
    try {
      JsonNode status = caller.call(review.get()).path("status");
      keep(key, status);
      mine.complete(status);
      return status;
    } catch (ReviewException | RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      synchronized (this) {
        calls.remove(key);
      }
    }
  }

  private static JsonNode answerOf(CompletableFuture<JsonNode> call) throws ReviewException {
    try {
      return call.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ReviewException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private @Nullable JsonNode known(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return null;
    }
    if (entry.end() - nanos.getAsLong() > 0) {
      return entry.status();
    }
    entries.remove(key);
    characters -= entry.characters();
    return null;
  }

  private synchronized void keep(String key, JsonNode status) {
    int size = key.length() + status.toString().length();
    long nanosToLive = life.apply(status).toNanos();
    if (size > MAX_ENTRY_CHARACTERS || nanosToLive <= 0) {
      return;
    }
    entries.put(key, new Entry(status, size, nanos.getAsLong() + nanosToLive));
    characters += size;
    Iterator<Entry> eldest = entries.values().iterator();
    while (entries.size() > MAX_ENTRIES || characters > MAX_CHARACTERS) {
      characters -= eldest.next().characters();
      eldest.remove();
    }
  }
}
