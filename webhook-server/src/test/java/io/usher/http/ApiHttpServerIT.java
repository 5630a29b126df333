package io.usher.http;

import static io.usher.http.TestApi.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.admission.UserInfo;
import io.usher.apiserver.ApiServer;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.authn.ClientCertificates;
import io.usher.certs.CertificateAuthority.Purpose;
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
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ApiHttpServerIT {
  private static final String WIDGETS = "/apis/example.com/v1/namespaces/default/widgets";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration IDLE = Duration.ofSeconds(1);

  @TempDir Path directory;
  private TestApi server;
  private ApiServer api;
  private HttpClient client;

  @BeforeEach
  void start() throws Exception {
    server = new TestApi(directory);
    server.idleTimeout = IDLE;
    var certified = new ClientCertificates(server.certificates.path("ca.crt"));
    api =
        ApiServer.create(
            config ->
                config
                    .resource(
                        ResourceType.builder("example.com", "Widget")
                            .version(ServedVersion.of("v1"))
                            .build())
                    .authenticator(
                        request -> {
                          UserInfo user = certified.authenticate(request);
                          return user != null ? user : UserInfo.of("anyone");
                        })
                    .authorizer(
                        objects ->
                            (user, request) ->
                                request.verb().equals("delete") && user.username().equals("anyone")
                                    ? Authorizer.Decision.noOpinion("")
                                    : Authorizer.Decision.allow(""))
                    .path(types -> ApiHttpServerIT::fail));
    server.start(api);
    client = server.client();
  }

  @AfterEach
  void stop() {
    server.close();
    api.close();
  }

  private static @Nullable ApiResponse fail(ApiRequest request) {
    switch (request.path()) {
      case "/broken" -> throw new NoClassDefFoundError("for the test");
      case "/exhausted" -> throw new OutOfMemoryError("for the test");
      default -> {
        return null;
      }
    }
  }

  @Test
  void clientOfAHandlerThatBreaksDoesNotWait() throws Exception {
    HttpRequest broken = request("/broken").build();
    assertThat(client.send(broken, BodyHandlers.ofString()).statusCode()).isEqualTo(500);
    assertThat(server.fatal).isEmpty();

    HttpRequest exhausted = request("/exhausted").POST(BodyPublishers.ofString("{}")).build();
    assertThatThrownBy(() -> client.send(exhausted, BodyHandlers.ofString()))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(HttpTimeoutException.class);
    await(() -> server.fatal.remove("out of memory"));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.uri("https", path)).timeout(LIMIT);
  }

  private HttpResponse<String> post(String body) throws Exception {
    return client.send(
        request(WIDGETS).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  private void create(String name) throws Exception {
    assertThat(post("{\"metadata\":{\"name\":\"" + name + "\"}}").statusCode()).isEqualTo(201);
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void answersOverBothProtocols(Version version) throws Exception {
    create("a");
    HttpResponse<String> get =
        client.send(request(WIDGETS + "/a").version(version).build(), BodyHandlers.ofString());
    assertThat(get.statusCode()).isEqualTo(200);
    assertThat(get.version()).isEqualTo(version);
    assertThat(get.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(get.headers().firstValueAsLong("Content-Length"))
        .hasValue(get.body().getBytes(StandardCharsets.UTF_8).length);
    HttpResponse<String> health =
        client.send(request("/livez").version(version).build(), BodyHandlers.ofString());
    assertThat(health.body()).isEqualTo("ok");
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void watchStreamsWhatHappensAndOutlivesTheIdleTimeout(Version version) throws Exception {
    create("a");
    HttpResponse<InputStream> watch =
        client.send(
            request(WIDGETS + "?watch=1").version(version).build(), BodyHandlers.ofInputStream());
    var lines = new LinkedBlockingQueue<String>();
    CompletableFuture<Void> reading =
        CompletableFuture.runAsync(
            () ->
                new BufferedReader(new InputStreamReader(watch.body(), StandardCharsets.UTF_8))
                    .lines()
                    .forEach(lines::add));
    assertThat(lines.poll(60, TimeUnit.SECONDS)).contains("\"ADDED\"", "\"name\":\"a\"");
    // The connection's idle timeout is one second: nothing comes for longer.
    assertThat(lines.poll(2500, TimeUnit.MILLISECONDS)).isNull();
    create("b");
    assertThat(lines.poll(60, TimeUnit.SECONDS)).contains("\"ADDED\"", "\"name\":\"b\"");
    api.watches().endAll();
    reading.get(60, TimeUnit.SECONDS);
    await(() -> api.watches().open() == 0);
  }

  @Test
  void watchSpeaksWebSocketToAClientThatBeginsWithIt() throws Exception {
    create("a");
    var messages = new WebSocketMessages(true);
    WebSocket socket =
        client
            .newWebSocketBuilder()
            .buildAsync(server.uri("wss", WIDGETS + "?watch=true"), messages)
            .get(60, TimeUnit.SECONDS);
    assertThat(messages.texts.poll(60, TimeUnit.SECONDS)).contains("\"ADDED\"", "\"name\":\"a\"");
    create("b");
    assertThat(messages.texts.poll(60, TimeUnit.SECONDS)).contains("\"name\":\"b\"").endsWith("}");
    api.watches().endAll();
    assertThat(messages.closed.get(60, TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
    await(() -> api.watches().open() == 0);
    assertThat(socket.isInputClosed()).isTrue();
  }

  /** An informer watches again at once: a watch that is cut off then would make it list. */
  @ParameterizedTest
  @EnumSource(Version.class)
  void serverThatStopsEndsItsWatchesWholeAndBeginsNoOther(Version version) throws Exception {
    create("a");
    HttpRequest watch = request(WIDGETS + "?watch=1").version(version).build();
    HttpResponse<InputStream> open = client.send(watch, BodyHandlers.ofInputStream());
    await(() -> api.watches().open() == 1);
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::close);
    assertThat(new String(open.body().readAllBytes(), StandardCharsets.UTF_8))
        .startsWith("{\"type\":\"ADDED\"")
        .endsWith("}\n");
    int next;
    try {
      next = client.send(watch, BodyHandlers.ofInputStream()).statusCode();
    } catch (IOException e) {
      // It listens no longer, or has told the client of HTTP/2 to go away.
      next = 429;
    }
    assertThat(next).isEqualTo(429);
    stopped.get(60, TimeUnit.SECONDS);
  }

  @Test
  void webSocketForNoWatchIsAnsweredAsAnyRequest() throws Exception {
    HttpResponse<String> list =
        client.send(request(WIDGETS).version(Version.HTTP_1_1).build(), BodyHandlers.ofString());
    assertThat(list.statusCode()).isEqualTo(200);
    try (RawClient raw = server.raw()) {
      raw.send(
          "GET "
              + WIDGETS
              + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
      assertThat(raw.read().status()).isEqualTo(200);
    }
  }

  @Test
  void watchOfAClientThatIsGoneEnds() throws Exception {
    try (RawClient raw = server.raw()) {
      raw.send("GET " + WIDGETS + "?watch=1 HTTP/1.1\r\nHost: x\r\n\r\n");
      await(() -> api.watches().open() == 1);
    }
    // Nothing is sent: the end of the connection itself is noticed.
    await(() -> api.watches().open() == 0);
  }

  @Test
  void largeListIsZippedForWhoTakesIt() throws Exception {
    for (int i = 0; i < 40; i++) {
      post("{\"metadata\":{\"name\":\"w" + i + "\"},\"data\":\"" + "x".repeat(5000) + "\"}");
    }
    HttpResponse<String> plain = client.send(request(WIDGETS).build(), BodyHandlers.ofString());
    assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
    HttpResponse<InputStream> zipped =
        client.send(
            request(WIDGETS).header("Accept-Encoding", "gzip").build(),
            BodyHandlers.ofInputStream());
    assertThat(zipped.headers().firstValue("Content-Encoding")).hasValue("gzip");
    String unzipped =
        new String(new GZIPInputStream(zipped.body()).readAllBytes(), StandardCharsets.UTF_8);
    assertThat(unzipped).isEqualTo(plain.body());
    HttpResponse<String> one =
        client.send(
            request(WIDGETS + "/w1").header("Accept-Encoding", "gzip").build(),
            BodyHandlers.ofString());
    assertThat(one.headers().firstValue("Content-Encoding")).isEmpty();
  }

  @Test
  void callerIsWhoHisCertificateSays() throws Exception {
    create("a");
    HttpRequest delete = request(WIDGETS + "/a").DELETE().build();
    assertThat(client.send(delete, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
    var own = server.certificates.authority.issue(Purpose.CLIENT, "alice", List.of());
    HttpClient alice =
        HttpClient.newBuilder().sslContext(server.certificates.clientContext(own)).build();
    assertThat(alice.send(delete, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }
}
