package io.usher.http;

import static io.usher.http.TestApi.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.admission.UserInfo;
import io.usher.apiserver.ApiServer;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.authz.AlwaysAllow;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Watchers that harm themselves alone, and crowds that harm nobody. */
class ApiWatchersIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String WIDGETS = "/apis/example.com/v1/namespaces/default/widgets";

  /** What a watcher may leave unread beside what is in the buffers of both sides. */
  private static final long MAX_QUEUED_BYTES = 1 << 20;

  private static final int OBJECT_BYTES = 200_000;

  /** More than all buffers take: the client of HTTP/2 grants 16 MiB. */
  private static final int MOST_OBJECTS = 400;

  private static final int UNFINISHED = 300;
  private static final int IDLE_WATCHES = 800;

  /** Threads of the network, those that run requests, timers: none for a watch or a request. */
  private static final int MOST_THREADS = 64;

  @TempDir Path directory;
  private TestApi server;
  private ApiServer api;
  private HttpClient client;

  @BeforeEach
  void start() throws Exception {
    api =
        ApiServer.create(
            config ->
                config
                    .resource(
                        ResourceType.builder("example.com", "Widget")
                            .version(ServedVersion.of("v1"))
                            .build())
                    .authenticator(request -> UserInfo.of("anyone"))
                    .authorizer(objects -> new AlwaysAllow())
                    .maxQueuedBytes(MAX_QUEUED_BYTES));
    server = new TestApi(directory);
    // Nothing that waits here is ended before the test is over.
    server.headerTimeout = Duration.ofMinutes(5);
    server.idleTimeout = Duration.ofMinutes(10);
    server.start(api);
    client = server.client();
  }

  @AfterEach
  void stop() {
    server.close();
    api.close();
  }

  /** How a watcher is connected. */
  private enum Transport {
    HTTP_1_1,
    HTTP_2,
    WEB_SOCKET
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void watcherThatDoesNotReadIsEndedAloneAndResumesFromItsLastVersion(Transport transport)
      throws Exception {
    var read = new ConcurrentLinkedQueue<JsonNode>();
    follow(watch(Version.HTTP_1_1, ""), read);
    await(() -> api.watches().open() == 1);
    Stuck stuck =
        transport == Transport.WEB_SOCKET
            ? new StuckWebSocket()
            : new StuckStream(watch(Version.valueOf(transport.name()), ""));
    await(() -> api.watches().open() == 2);

    int written = 0;
    while (api.watches().open() == 2) {
      assertThat(written).as("objects that a watcher did not read").isLessThan(MOST_OBJECTS);
      create("w" + written++, OBJECT_BYTES);
      // So that this one is not ended, too, on a machine that has other things to do.
      int sent = written;
      await(() -> read.size() == sent);
    }
    create("last", 1);
    int all = written + 1;
    await(() -> read.size() == all);

    List<JsonNode> frames = stuck.drain();
    long last = frames.isEmpty() ? 1 : version(frames.get(frames.size() - 1));
    var resumed = new ConcurrentLinkedQueue<>(frames);
    follow(watch(Version.HTTP_1_1, "&resourceVersion=" + last), resumed);
    await(() -> resumed.size() >= all);
    assertThat(names(resumed)).isEqualTo(names(read));
    assertThat(resumed.stream().map(ApiWatchersIT::version)).isSorted();
  }

  private static List<String> names(Queue<JsonNode> frames) {
    return frames.stream().map(each -> each.at("/object/metadata/name").asText()).toList();
  }

  private static long version(JsonNode frame) {
    return frame.at("/object/metadata/resourceVersion").asLong();
  }

  @Test
  void versionThatIsGoneIsAMessageOfAWebSocket() throws Exception {
    create("a", 1);
    create("b", 1);
    api.storage().compact(api.storage().version());
    var messages = new WebSocketMessages(true);
    connect(messages, "&resourceVersion=1");
    assertThat(messages.closed.get(60, TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
    assertThat(messages.texts).hasSize(1);
    JsonNode frame = JSON.readTree(messages.texts.peek());
    assertThat(frame.path("type").asText()).isEqualTo("ERROR");
    assertThat(frame.at("/object/code").asInt()).isEqualTo(410);
  }

  @Test
  void clientThatGoesIsNoticedBeforeAnythingIsSent() throws Exception {
    for (int i = 0; i < 50; i++) {
      try (RawClient raw = server.raw()) {
        raw.send("GET " + WIDGETS + "?watch=1 HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(raw.readHead().status()).isEqualTo(200);
        await(() -> api.watches().open() == 1);
      }
      await(() -> api.watches().open() == 0);
    }
  }

  @Test
  void connectionIsUsedAgainBehindAWatch() throws Exception {
    try (RawClient raw = server.raw()) {
      for (int i = 0; i < 20; i++) {
        raw.send("GET " + WIDGETS + "?watch=1&timeoutSeconds=60 HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(raw.readHead().status()).isEqualTo(200);
        await(() -> api.watches().open() == 1);
        api.watches().endAll();
        // The last bookmark is not asked for, so that the end is the next thing that comes.
        assertThat(raw.line()).isEqualTo("0");
        assertThat(raw.line()).isEmpty();
        raw.send("GET " + WIDGETS + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(raw.read().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void unfinishedRequestsAndIdleWatchesHoldNoThreadAndNoGetUp() throws Exception {
    create("a", 1);
    var open = new ArrayList<RawClient>();
    var watches = new ArrayList<CompletableFuture<HttpResponse<InputStream>>>();
    var clients = new ArrayList<HttpClient>();
    try {
      for (int i = 0; i < UNFINISHED; i++) {
        String head =
            "POST " + WIDGETS + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
        RawClient raw = server.raw();
        open.add(raw);
        raw.send(i % 2 == 0 ? head : head + "Content-Length: 1000\r\n\r\n{\"metadata\":");
      }
      for (int i = 0; i < IDLE_WATCHES / 2; i++) {
        RawClient raw = server.raw();
        open.add(raw);
        raw.send("GET " + WIDGETS + "?watch=1 HTTP/1.1\r\nHost: x\r\n\r\n");
        if (i % 100 == 0) {
          clients.add(server.client());
        }
        watches.add(
            clients
                .get(clients.size() - 1)
                .sendAsync(
                    request("?watch=1").version(Version.HTTP_2).build(),
                    BodyHandlers.ofInputStream()));
      }
      await(() -> api.watches().open() == IDLE_WATCHES);
      for (int i = 0; i < 200; i++) {
        HttpResponse<String> get = client.send(request("/a").build(), BodyHandlers.ofString());
        assertThat(get.statusCode()).isEqualTo(200);
      }
      assertThat(serverThreads()).hasSizeLessThan(MOST_THREADS);
      // All are still there, and alive.
      assertThat(api.watches().open()).isEqualTo(IDLE_WATCHES);
      create("b", 1);
      for (CompletableFuture<HttpResponse<InputStream>> each : watches) {
        assertThat(nextLine(each.get(60, TimeUnit.SECONDS))).contains("\"name\":\"a\"");
      }
      RawClient unfinished = open.get(1);
      String rest = "{\"name\":\"c\"}}";
      unfinished.send(" ".repeat(1000 - "{\"metadata\":".length() - rest.length()) + rest);
      assertThat(unfinished.read().status()).isEqualTo(201);
    } finally {
      for (RawClient each : open) {
        each.close();
      }
    }
  }

  private static String nextLine(HttpResponse<InputStream> response) throws IOException {
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))
        .readLine();
  }

  private static List<String> serverThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("api-") || name.startsWith("usher-apiserver"))
        .toList();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.uri("https", WIDGETS + path)).timeout(LIMIT);
  }

  private HttpResponse<InputStream> watch(Version version, String query) throws Exception {
    // A connection of its own: that of others is not to be held up by it.
    return server
        .client()
        .send(request("?watch=1" + query).version(version).build(), BodyHandlers.ofInputStream());
  }

  private void create(String name, int size) throws Exception {
    String widget =
        "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":\"" + "x".repeat(size) + "\"}";
    HttpResponse<String> created =
        client.send(
            request("").POST(BodyPublishers.ofString(widget)).build(), BodyHandlers.ofString());
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
  }

  private static void follow(HttpResponse<InputStream> watch, Queue<JsonNode> frames) {
    CompletableFuture.runAsync(() -> readAll(watch, frames));
  }

  /** Reads whole frames until the stream ends, however. */
  private static void readAll(HttpResponse<InputStream> watch, Queue<JsonNode> frames) {
    try (var lines =
        new BufferedReader(new InputStreamReader(watch.body(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        frames.add(JSON.readTree(line));
      }
    } catch (IOException e) {
      // The server has cut it off, perhaps within a frame.
      return;
    }
  }

  /** A watcher that reads nothing, until it reads all that had been sent to it. */
  private interface Stuck {
    List<JsonNode> drain() throws Exception;
  }

  private record StuckStream(HttpResponse<InputStream> watch) implements Stuck {
    @Override
    public List<JsonNode> drain() {
      var frames = new ConcurrentLinkedQueue<JsonNode>();
      readAll(watch, frames);
      return List.copyOf(frames);
    }
  }

  private final class StuckWebSocket implements Stuck {
    private final WebSocketMessages messages = new WebSocketMessages(false);
    private final WebSocket socket = connect(messages, "");

    @Override
    public List<JsonNode> drain() throws Exception {
      socket.request(Long.MAX_VALUE);
      messages.closed.handle((code, failure) -> null).get(60, TimeUnit.SECONDS);
      var frames = new ArrayList<JsonNode>();
      for (String message : messages.texts) {
        frames.add(JSON.readTree(message));
      }
      return frames;
    }
  }

  private WebSocket connect(WebSocketMessages messages, String query) {
    try {
      return server
          .client()
          .newWebSocketBuilder()
          .buildAsync(server.uri("wss", WIDGETS + "?watch=1" + query), messages)
          .get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
