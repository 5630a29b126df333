package io.usher.listwatch;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.usher.engine.LiveQuestion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One question to the API server, and all that wait for its answer. Thread-safe. */
final class Flight {

  /** An object is 1.5 MiB at most in etcd, and somewhat more as JSON. */
  static final int LARGEST_ANSWER = 4 << 20;

  private final String path;
  private final CompletableFuture<byte[]> answer = new CompletableFuture<>();

  /** Those that wait; under this object's lock. */
  private int passengers = 1;

  Flight(String path) {
    this.path = path;
  }

  /** One more waits; false when all have left. */
  synchronized boolean board() {
    if (passengers == 0) {
      return false;
    }
    passengers++;
    return true;
  }

  /** One waits no longer; without any the question is given up. */
  void leave() {
    boolean last;
    synchronized (this) {
      last = --passengers == 0;
    }
    if (last) {
      answer.cancel(true);
    }
  }

  /** Runs this when there is an answer, or there will be none. */
  void whenLanded(Runnable landed) {
    answer.whenComplete((body, failure) -> landed.run());
  }

  /** Asks; also what stops that is told to those that wait. */
  void send(HttpClient http, String url) {
    try {
      ask(http, url);
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    }
  }

  private void ask(HttpClient http, String url) {
    var body = new ByteArrayOutputStream();
    var request =
        http.newHttpRequestBuilder()
            .uri(url + path)
            .header("Accept", "application/json, */*")
            .build();
    CompletableFuture<HttpResponse<AsyncBody>> response =
        http.consumeBytes(request, (buffers, stream) -> take(buffers, body, stream));
    response.whenComplete(
        (begun, failure) -> {
          if (failure != null) {
            answer.completeExceptionally(failure);
            return;
          }
          begun.body().done().whenComplete((done, broken) -> end(begun, body, broken));
          begun.body().consume();
        });
    answer.whenComplete(
        (done, failure) -> {
          if (failure != null) {
            response.thenAccept(begun -> begun.body().cancel());
            response.cancel(true);
          }
        });
  }

  private void take(List<ByteBuffer> buffers, ByteArrayOutputStream body, AsyncBody stream) {
    for (ByteBuffer buffer : buffers) {
      if (body.size() + buffer.remaining() > LARGEST_ANSWER) {
        answer.completeExceptionally(
            new IOException(
                "the answer is larger than %d MiB; ask for less, or declare a view with @Reads"
                    .formatted(LARGEST_ANSWER >> 20)));
        return;
      }
      var bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      body.writeBytes(bytes);
    }
    stream.consume();
  }

  private void end(
      HttpResponse<AsyncBody> response, ByteArrayOutputStream body, @Nullable Throwable broken) {
    if (broken != null) {
      answer.completeExceptionally(broken);
    } else if (response.isSuccessful()) {
      answer.complete(body.toByteArray());
    } else {
      answer.completeExceptionally(
          ApiStatusException.of(
              "GET " + path, response.code(), response.header("Retry-After"), body.toByteArray()));
    }
  }

  /**
   * Waits for the answer; null when there is no such object.
   *
   * @throws ExecutionException when there is none
   */
  byte @Nullable [] await(LiveQuestion question, long nanos)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      return answer.get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (isAbsent(question, e.getCause())) {
        return null;
      }
      throw e;
    }
  }

  /** What the cache keeps of it; null for a failure. */
  LiveCache.@Nullable Entry landed(LiveQuestion question, long beganNanos) {
    try {
      return new LiveCache.Entry(await(question, 0), beganNanos);
    } catch (Exception e) {
      return null;
    }
  }

  /** What a proxied path lacks is for its rule to know. */
  private static boolean isAbsent(LiveQuestion question, @Nullable Throwable failure) {
    return failure instanceof ApiStatusException refusal
        && refusal.isUnserved()
        && !(question instanceof LiveQuestion.Proxied);
  }
}
