package io.usher.http;

import io.usher.apiserver.ApiServer;
import io.usher.apiserver.api.AbortedException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.FrameSink;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.QueryParameters;
import io.usher.apiserver.api.Status;
import io.usher.engine.OutOfMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every path of a port, answered by an API server. */
final class ApiRoute implements Route {

  private static final Logger LOG = LoggerFactory.getLogger(ApiRoute.class);

  /** As kube-apiserver: 3 MiB. */
  private static final int MAX_BODY_BYTES = 3 << 20;

  /** As long as kube-apiserver gives a request at most. */
  private static final long BODY_SECONDS = 60;

  /** As kube-apiserver: what is smaller is sent faster as it is. */
  private static final long GZIP_ABOVE = 128 << 10;

  private final ApiServer server;
  private final Executor executor;
  private final Consumer<String> fatal;
  private final Upstreams upstreams;
  private volatile boolean stopping;

  /**
   * @param executor runs requests, which may wait for webhooks and disks
   * @param upstreams where requests are passed on to
   * @param fatal is told when the process can't go on, and why
   */
  ApiRoute(ApiServer server, Executor executor, Upstreams upstreams, Consumer<String> fatal) {
    this.server = server;
    this.executor = executor;
    this.upstreams = upstreams;
    this.fatal = fatal;
  }

  @Override
  public String path() {
    return "/";
  }

  /** The server's own authenticators say who calls. */
  @Override
  public Callers callers() {
    return Callers.anyone();
  }

  /** Asks every client from now on to come again, when another server may be here. */
  void stop() {
    stopping = true;
  }

  @Override
  public Verdict accept(HttpCall call) {
    if (stopping) {
      return Refusal.overloaded("the server is about to end: come again");
    }
    if (isForwarded(call)) {
      return new Verdict.Unread(responder -> serve(call, new byte[0], () -> {}, responder));
    }
    if (call.contentLength() > MAX_BODY_BYTES) {
      return new Refusal(
          413,
          "RequestEntityTooLarge",
          "Request entity too large: limit is " + MAX_BODY_BYTES,
          Map.of("Cache-Control", "no-cache, private", "Audit-Id", UUID.randomUUID().toString()));
    }
    long due = call.beganNanos() + TimeUnit.SECONDS.toNanos(BODY_SECONDS);
    return new Verdict.Accepted(
        due,
        MAX_BODY_BYTES,
        (body, responder) -> serve(call, body.bytes(), body::close, responder));
  }

  private boolean isForwarded(HttpCall call) {
    try {
      return server.forwards(call.method(), decoded(call.path()));
    } catch (IllegalArgumentException e) {
      // A path that can't be decoded: whoever answers says so.
      return false;
    }
  }

  private void serve(HttpCall call, byte[] body, Runnable released, Responder responder) {
    try {
      executor.execute(() -> handle(call, body, released, responder));
    } catch (RejectedExecutionException e) {
      released.run();
      var busy = Status.tooManyRequests("too many requests wait; please try again", 1);
      responder.answer(
          busy.code(),
          Map.of("Content-Type", List.of("application/json"), "Retry-After", List.of("1")),
          List.of(ByteBuffer.wrap(busy.toJson().toString().getBytes(StandardCharsets.UTF_8))));
    }
  }

  /** Whatever fails, the body's memory is given back, and the client does not wait. */
  private void handle(HttpCall call, byte[] body, Runnable released, Responder responder) {
    CompletableFuture.completedFuture(body)
        .thenCompose(bytes -> server.handle(request(call, bytes)))
        .whenComplete((response, failure) -> released.run())
        .thenAccept(response -> answer(call, response, responder))
        .exceptionally(
            failure -> {
              responder.abort();
              tell(call, failure instanceof CompletionException ? failure.getCause() : failure);
              return null;
            });
  }

  private void tell(HttpCall call, @Nullable Throwable failure) {
    if (failure instanceof AbortedException) {
      return;
    }
    if (failure != null && OutOfMemory.isExhaustion(failure)) {
      fatal.accept("out of memory");
    }
    LOG.error("{} {}: no answer", call.method(), call.path(), failure);
  }

  private static ApiRequest request(HttpCall call, byte[] body) {
    String query = call.query();
    return new ApiRequest(
        call.method(),
        decoded(call.path()),
        QueryParameters.parse(query == null ? "" : query),
        Headers.of(call.headers()),
        body,
        call.clientCertificates(),
        call.remoteAddress() instanceof InetSocketAddress address
            ? address.getAddress().getHostAddress()
            : "");
  }

  private static String decoded(String path) {
    return path.indexOf('%') < 0
        ? path
        : URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private void answer(HttpCall call, ApiResponse response, Responder responder) {
    if (response instanceof ApiResponse.Complete complete) {
      answer(call, complete, responder);
      return;
    }
    if (response instanceof ApiResponse.Forwarded forwarded) {
      responder.forward(forwarded, upstreams);
      return;
    }
    var streaming = (ApiResponse.Streaming) response;
    AnswerStream stream =
        "websocket".equalsIgnoreCase(call.header("Upgrade"))
            ? responder.beginMessages()
            : responder.begin(response.code(), response.headers().asMap());
    streaming.stream().start(new Sink(stream));
  }

  private static void answer(HttpCall call, ApiResponse.Complete response, Responder responder) {
    Map<String, List<String>> headers = response.headers().asMap();
    List<ByteBuffer> body = call.method().equals("HEAD") ? List.of() : response.body();
    if (response.length() > GZIP_ABOVE && takesGzip(call)) {
      headers = new LinkedHashMap<>(headers);
      headers.put("Content-Encoding", List.of("gzip"));
      headers.put("Vary", List.of("Accept-Encoding"));
      body = List.of(gzipped(body));
    }
    responder.answer(response.code(), headers, body);
  }

  private static boolean takesGzip(HttpCall call) {
    String accepted = call.header("Accept-Encoding");
    if (accepted == null) {
      return false;
    }
    for (String each : accepted.split(",")) {
      // As kube-apiserver, which knows no quality here.
      if (each.strip().equals("gzip") || each.strip().equals("*")) {
        return true;
      }
    }
    return false;
  }

  private static ByteBuffer gzipped(List<ByteBuffer> parts) {
    var bytes = new ByteArrayOutputStream();
    try (var gzip =
        new GZIPOutputStream(bytes, 8192) {
          {
            // As kube-apiserver: it is the time that counts.
            def.setLevel(1);
          }
        }) {
      for (ByteBuffer part : parts) {
        byte[] copy = new byte[part.remaining()];
        part.duplicate().get(copy);
        gzip.write(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  /** The frames of a watch, as an answer that goes on. */
  private record Sink(AnswerStream stream) implements FrameSink {

    @Override
    public void send(List<ByteBuffer> frames, Runnable done) {
      stream.send(frames, done);
    }

    @Override
    public void close() {
      stream.close();
    }

    @Override
    public void abort() {
      stream.abort();
    }

    @Override
    public void onClose(Runnable action) {
      stream.onClose(action);
    }
  }
}
