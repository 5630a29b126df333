package io.usher.decisions;

import io.usher.certs.PeerFiles;
import io.usher.decisions.Peers.Peer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks other replicas, by the server's certificate. */
final class PeerClient implements AutoCloseable {

  /** Callbacks that parse some lines; none of them waits. */
  private static final int THREADS = 2;

  private static final Duration CONNECT = Duration.ofMillis(400);

  private final PeerFiles files;
  private final long mostBytes;
  private final ExecutorService executor =
      Executors.newFixedThreadPool(
          THREADS,
          task -> {
            var thread = new Thread(task, "peers");
            thread.setDaemon(true);
            return thread;
          });
  private volatile HttpClient client;

  /**
   * @param mostBytes of an answer that has an end
   */
  PeerClient(PeerFiles files, long mostBytes) {
    this.files = files;
    this.mostBytes = mostBytes;
    client = client();
  }

  private HttpClient client() {
    return HttpClient.newBuilder()
        .sslContext(files.context())
        .connectTimeout(CONNECT)
        .executor(executor)
        .build();
  }

  /** Takes over a new certificate; called by one thread. */
  void look() {
    if (files.look()) {
      client = client();
    }
  }

  /** All lines of an answer; fails when they are not there in time. */
  CompletableFuture<List<byte[]>> lines(Peer peer, String path, Duration time) {
    var lines = new ArrayList<byte[]>();
    var subscriber = new LineSubscriber(lines::add, mostBytes);
    CompletableFuture<List<byte[]>> answer =
        send(peer, path, time, subscriber).thenApply(ended -> List.copyOf(lines));
    return answer
        .orTimeout(time.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                subscriber.end(failure);
              }
            });
  }

  /** Has lines told as they come; completes when the peer ends, or when the subscriber does. */
  CompletableFuture<Void> follow(Peer peer, String path, LineSubscriber subscriber) {
    return send(peer, path, null, subscriber);
  }

  private CompletableFuture<Void> send(
      Peer peer, String path, @Nullable Duration time, LineSubscriber subscriber) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://" + peer.authority() + path));
    if (time != null) {
      request.timeout(time);
    }
    return client
        .sendAsync(
            request.build(),
            head -> head.statusCode() == 200 ? subscriber : BodySubscribers.replacing(null))
        .thenCompose(
            response ->
                response.statusCode() == 200
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(
                        new IOException("it answers " + response.statusCode())));
  }

  /** Why it is not known what a peer has to tell, for a client. */
  static String reason(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return cause instanceof TimeoutException || cause instanceof HttpTimeoutException
        ? "in time"
        : "("
            + Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName())
            + ")";
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
