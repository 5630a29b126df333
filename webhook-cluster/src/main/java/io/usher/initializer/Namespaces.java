package io.usher.initializer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.engine.Ticker;
import io.usher.listwatch.ApiStatusException;
import io.usher.listwatch.ListWatch;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The cluster's Namespaces by name, each asked for again after a while. Thread-safe. */
final class Namespaces implements Function<String, @Nullable ObjectNode> {

  private static final Duration KEPT = Duration.ofSeconds(5);
  private static final int MOST = 1_000;

  private final ListWatch api;
  private final Ticker ticker;
  private final Map<String, Known> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > MOST;
        }
      };

  private record Known(@Nullable ObjectNode namespace, long nanos) {}

  Namespaces(ListWatch api, Ticker ticker) {
    this.api = api;
    this.ticker = ticker;
  }

  /**
   * The Namespace of this name, or null.
   *
   * @throws UncheckedIOException when the API server can't be asked
   */
  @Override
  public synchronized @Nullable ObjectNode apply(String name) {
    Known before = known.get(name);
    if (before != null && ticker.nanos() - before.nanos() < KEPT.toNanos()) {
      return before.namespace();
    }
    ObjectNode namespace = ask(name);
    known.remove(name);
    known.put(name, new Known(namespace, ticker.nanos()));
    return namespace;
  }

  private @Nullable ObjectNode ask(String name) {
    try {
      return (ObjectNode) api.get("api/v1/namespaces/" + name);
    } catch (ApiStatusException e) {
      if (e.isNotFound()) {
        return null;
      }
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("GET namespace " + name));
    }
  }
}
