package io.usher.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A watch as informers keep it: it asks to be ended after some minutes, and goes on from the last
 * version that it has heard of. So it misses no change, and has none twice.
 */
final class LastingWatch implements AutoCloseable {

  private static final Duration SHORTEST = Duration.ofMinutes(5);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** How much earlier than asked a stream may end: clocks of two processes. */
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  private static final Executor AFTER_A_SECOND =
      CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

  /** Where it is opened. */
  record Server(HttpClient client, URI uri, String token) {}

  private final Server server;
  private final String path;
  private final Consumer<JsonNode> listener;
  private final Consumer<String> faults;
  private final AtomicLong seen = new AtomicLong();
  private final CompletableFuture<@Nullable Void> begun = new CompletableFuture<>();
  private volatile String version;
  private volatile CompletableFuture<?> stream = CompletableFuture.completedFuture(null);
  private volatile boolean closed;

  private LastingWatch(
      Server server,
      String path,
      String version,
      Consumer<JsonNode> listener,
      Consumer<String> faults) {
    this.server = server;
    this.path = path;
    this.version = version;
    this.listener = listener;
    this.faults = faults;
  }

  /**
   * Begins one.
   *
   * @param path of a collection
   * @param version from which on
   * @param listener is told of each object that has changed
   * @param faults is told of what no server should do
   */
  static LastingWatch open(
      Server server,
      String path,
      String version,
      Consumer<JsonNode> listener,
      Consumer<String> faults) {
    var watch = new LastingWatch(server, path, version, listener, faults);
    watch.open();
    return watch;
  }

  /** Is done when it has begun. */
  CompletableFuture<@Nullable Void> begun() {
    return begun;
  }

  /** How many changes it has seen. */
  long seen() {
    return seen.get();
  }

  private void open() {
    long life = ThreadLocalRandom.current().nextLong(SHORTEST.toSeconds(), LONGEST.toSeconds());
    long end = System.nanoTime() + Duration.ofSeconds(life).minus(TOLERANCE).toNanos();
    URI uri =
        server.uri.resolve(
            path
                + "?watch=1&allowWatchBookmarks=true&timeoutSeconds="
                + life
                + "&resourceVersion="
                + version);
    HttpRequest request =
        HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + server.token).build();
    stream = server.client.sendAsync(request, this::subscriber);
    stream.whenComplete((done, failure) -> ended(end, failure));
  }

  private BodySubscriber<@Nullable Void> subscriber(HttpResponse.ResponseInfo answer) {
    if (answer.statusCode() != 200) {
      faults.accept(path + " answers " + answer.statusCode());
      return BodySubscribers.discarding();
    }
    begun.complete(null);
    return BodySubscribers.fromLineSubscriber(new Lines());
  }

  private void ended(long earliest, @Nullable Throwable failure) {
    if (closed) {
      return;
    }
    if (failure != null || System.nanoTime() < earliest) {
      faults.accept(path + " was cut off: " + failure);
    }
    AFTER_A_SECOND.execute(this::open);
  }

  private final class Lines implements Flow.Subscriber<String> {

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
      JsonNode event = Documents.json(line);
      String type = event.path("type").asText();
      if (type.equals("ERROR")) {
        faults.accept(path + " from " + version + " on: " + line);
        return;
      }
      version = event.at("/object/metadata/resourceVersion").asText();
      if (!type.equals("BOOKMARK")) {
        seen.incrementAndGet();
        listener.accept(event.path("object"));
      }
    }

    @Override
    public void onError(Throwable failure) {
      // The request's future fails with it.
    }

    @Override
    public void onComplete() {
      // The request's future is done.
    }
  }

  @Override
  public void close() {
    closed = true;
    stream.cancel(true);
  }
}
