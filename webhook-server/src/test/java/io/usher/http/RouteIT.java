package io.usher.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Routes that are no reviews: of any method, below a path, with answers that go on. */
@Timeout(60)
class RouteIT {

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aRouteSeesTheCallAndAnswersIt(HttpClient.Version version) throws Exception {
    try (var server = new TestServer(directory)) {
      server.routes = List.of(new Echo("/api/"), new Echo("/api/v1/"));
      server.start();
      var request =
          HttpRequest.newBuilder(server.uri("/api/v1/pods?limit=1"))
              .header("X-Test", "yes")
              .method("PATCH", HttpRequest.BodyPublishers.ofString("body"))
              .build();
      var answer = server.client(version).send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(201);
      assertThat(answer.body()).isEqualTo("/api/v1/ PATCH /api/v1/pods limit=1 yes none body");
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void anAnswerGoesOn(HttpClient.Version version) throws Exception {
    var streams = new LinkedBlockingQueue<AnswerStream>();
    try (var server = new TestServer(directory)) {
      server.routes = List.of(new Streamed("/watch", streams));
      server.start();
      var answer =
          server
              .client(version)
              .send(
                  HttpRequest.newBuilder(server.uri("/watch")).build(),
                  HttpResponse.BodyHandlers.ofInputStream());
      var stream = streams.take();
      for (String line : List.of("first\n", "second\n")) {
        send(stream, line);
        assertThat(line(answer.body())).isEqualTo(line);
      }
      var closed = new CountDownLatch(1);
      stream.onClose(closed::countDown);
      stream.close();
      assertThat(answer.body().read()).isEqualTo(-1);
      closed.await();
      assertThat(answer.headers().firstValue("x-kind")).hasValue("watch");
    }
  }

  @Test
  void aStreamLearnsThatItsClientIsGone() throws Exception {
    var streams = new LinkedBlockingQueue<AnswerStream>();
    try (var server = new TestServer(directory)) {
      server.routes = List.of(new Streamed("/watch", streams));
      server.start();
      var closed = new CompletableFuture<Void>();
      AnswerStream stream;
      try (var client = server.raw()) {
        client.send("GET /watch HTTP/1.1\r\nHost: a\r\n\r\n");
        stream = streams.take();
        stream.onClose(() -> closed.complete(null));
      }
      while (!closed.isDone()) {
        send(stream, "line\n");
      }
      for (int i = 0; i < 1_000; i++) {
        send(stream, "late\n");
        stream.close();
      }
    }
  }

  /** The write closes the connection, and must not wait for itself. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aWriteThatFindsItsClientGoneReturns() throws Exception {
    var streams = new LinkedBlockingQueue<AnswerStream>();
    try (var server = new TestServer(directory)) {
      server.routes = List.of(new Streamed("/watch", streams));
      server.start();
      for (int i = 0; i < 200; i++) {
        var closed = new CompletableFuture<Void>();
        AnswerStream stream;
        try (var client = server.raw()) {
          client.send("GET /watch HTTP/1.1\r\nHost: a\r\n\r\n");
          stream = streams.take();
          stream.onClose(() -> closed.complete(null));
          send(stream, "line\n");
          client.socket().setSoLinger(true, 0);
        }
        while (!closed.isDone()) {
          send(stream, "line\n");
        }
      }
    }
  }

  @Test
  void aRouteThatThrowsFailsItsCallAlone() throws Exception {
    try (var server = new TestServer(directory)) {
      server.routes = List.of(new Echo("/api/"));
      server.start();
      // The header that it looks for is missing.
      var request = HttpRequest.newBuilder(server.uri("/api/")).build();
      var answer =
          server
              .client(HttpClient.Version.HTTP_1_1)
              .send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(server.goodReview().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aStreamThatNobodyReadsEnds() throws Exception {
    var streams = new LinkedBlockingQueue<AnswerStream>();
    try (var server = new TestServer(directory)) {
      server.writeTimeout = Duration.ofMillis(500);
      server.routes = List.of(new Streamed("/watch", streams));
      server.start();
      try (var client = server.raw()) {
        client.send("GET /watch HTTP/1.1\r\nHost: a\r\n\r\n");
        var stream = streams.take();
        var closed = new CompletableFuture<Void>();
        stream.onClose(() -> closed.complete(null));
        byte[] part = new byte[1 << 20];
        while (!closed.isDone()) {
          var sent = new CompletableFuture<Void>();
          stream.send(List.of(ByteBuffer.wrap(part)), () -> sent.complete(null));
          sent.get();
        }
      }
      assertThat(server.goodReview().statusCode()).isEqualTo(200);
    }
  }

  private static void send(AnswerStream stream, String line) throws Exception {
    var sent = new CompletableFuture<Void>();
    var half = ByteBuffer.wrap(line.getBytes(UTF_8), 0, 2);
    var rest = ByteBuffer.wrap(line.getBytes(UTF_8), 2, line.length() - 2);
    stream.send(List.of(half, rest), () -> sent.complete(null));
    sent.get();
  }

  private static String line(InputStream in) throws Exception {
    var line = new StringBuilder();
    do {
      line.append((char) in.read());
    } while (line.charAt(line.length() - 1) != '\n');
    return line.toString();
  }

  private record Echo(String path) implements Route {

    @Override
    public Callers callers() {
      return Callers.anyone();
    }

    @Override
    public Verdict accept(HttpCall call) {
      return new Verdict.Accepted(
          System.nanoTime() + Duration.ofSeconds(30).toNanos(),
          1000,
          (body, responder) -> {
            String text =
                String.join(
                    " ",
                    path,
                    call.method(),
                    call.path(),
                    call.query(),
                    call.headers().get("X-Test").get(0),
                    call.caller().proof(),
                    new String(body.bytes(), UTF_8));
            body.close();
            responder.answer(201, "text/plain", 0, text.getBytes(UTF_8));
          });
    }
  }

  private record Streamed(String path, LinkedBlockingQueue<AnswerStream> streams) implements Route {

    @Override
    public Callers callers() {
      return Callers.anyone();
    }

    @Override
    public Verdict accept(HttpCall call) {
      return new Verdict.Accepted(
          System.nanoTime() + Duration.ofSeconds(30).toNanos(),
          0,
          (body, responder) -> {
            body.close();
            streams.add(responder.begin(200, Map.of("X-Kind", List.of("watch"))));
          });
    }
  }
}
