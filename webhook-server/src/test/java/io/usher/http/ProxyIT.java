package io.usher.http;

import static io.usher.http.Backend.line;
import static io.usher.http.Backend.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.Forwarding.UpstreamTls;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.embedded.EmbeddedApiServer;
import io.usher.apiserver.proxy.AddressRules;
import io.usher.apiserver.proxy.KubeletAccess;
import io.usher.apiserver.proxy.Proxies;
import io.usher.certs.TlsFiles;
import io.usher.http.Backend.Head;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that an API server passes on to nodes, Pods and Services. */
class ProxyIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final ObjectMapper YAML = new YAMLMapper();
  private static final String POD = "/api/v1/namespaces/default/pods/web/";

  @TempDir Path directory;
  private final List<AutoCloseable> closed = new ArrayList<>();
  private TestApi server;
  private EmbeddedApiServer api;
  private HttpClient client;

  /** Verbs that nobody may use. */
  private final AtomicReference<String> forbidden = new AtomicReference<>("none");

  @BeforeEach
  void start() throws Exception {
    server = new TestApi(directory);
    serve(List.of("127.0.0.1"), KubeletAccess.anonymous());
  }

  private void serve(List<String> allowed, KubeletAccess kubelets) throws Exception {
    api =
        EmbeddedApiServer.create(
            config ->
                config
                    .controllers(false)
                    .defaultRoles(false)
                    .proxies(new Proxies(kubelets, AddressRules.except(allowed), new Random(1)))
                    .authenticator(request -> UserInfo.of("anyone"))
                    .authorizers(
                        rbac ->
                            List.of(
                                (user, request) ->
                                    request.verb().equals(forbidden.get())
                                        ? Authorizer.Decision.noOpinion("not " + request.verb())
                                        : Authorizer.Decision.allow(""))));
    closed.add(api);
    closed.add(server.start(api.server()));
    client = server.client();
  }

  /** Another server than that of all tests. */
  private void serveInstead(List<String> allowed, Kubelets kubelets) throws Exception {
    stop();
    server = new TestApi(directory);
    serve(allowed, kubelets.trusted(server.certificates));
  }

  private interface Kubelets {
    KubeletAccess trusted(TestServer certificates) throws Exception;
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = closed.size() - 1; i >= 0; i--) {
      closed.get(i).close();
    }
    closed.clear();
  }

  private Backend backend(Backend.Service service) throws IOException {
    return backend(null, service);
  }

  private Backend backend(@Nullable SSLContext tls, Backend.Service service) throws IOException {
    var backend = new Backend(tls, service);
    closed.add(backend);
    return backend;
  }

  private SSLContext serverTls() throws Exception {
    return tls(server.certificates);
  }

  private static SSLContext tls(TestServer certificates) throws Exception {
    return new TlsFiles(certificates.path("tls.crt"), certificates.path("tls.key"), List.of())
        .load();
  }

  private void create(String resource, String yaml) throws IOException {
    api.server()
        .objects()
        .create(new GroupResource("", resource), (ObjectNode) YAML.readTree(yaml));
  }

  private void pod(String address) throws IOException {
    create(
        "pods",
        """
        {metadata: {name: web, namespace: default},
         spec: {nodeName: node-1, containers: [{name: app, image: app}]},
         status: {podIPs: [{ip: "%s"}]}}
        """
            .formatted(address));
  }

  private void node(String address, int port) throws IOException {
    create(
        "nodes",
        """
        {metadata: {name: node-1}, status: {addresses: [{type: InternalIP, address: "%s"}],
         daemonEndpoints: {kubeletEndpoint: {Port: %d}}}}
        """
            .formatted(address, port));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.uri("https", path)).timeout(LIMIT);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  private static void assertStatus(
      HttpResponse<String> response, int code, String reason, String message) throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(code);
    JsonNode status = new ObjectMapper().readTree(response.body());
    assertThat(status.path("kind").asText()).isEqualTo("Status");
    assertThat(status.path("reason").asText()).isEqualTo(reason);
    assertThat(status.path("message").asText()).isEqualTo(message);
  }

  private static void ok(OutputStream out, String body, String... headers) throws IOException {
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    write(
        out, "HTTP/1.1 200 OK\r\n" + more + "Content-Length: " + body.length() + "\r\n\r\n" + body);
  }

  @Test
  void requestAndAnswerArePassed() throws Exception {
    pod("127.0.0.1");
    Backend backend =
        backend(
            (head, in, out) ->
                ok(out, "hello", "X-Own: 1", "Access-Control-Allow-Origin: *", "Keep-Alive: 5"));

    var answer =
        get("/api/v1/namespaces/default/pods/web:" + backend.port() + "/proxy/a%20b//c/?q=%7B");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("hello");
    assertThat(answer.headers().map())
        .containsEntry("x-own", List.of("1"))
        .containsEntry("cache-control", List.of("no-cache, private"))
        .containsKey("audit-id")
        .doesNotContainKeys("access-control-allow-origin", "keep-alive");
    Head head = backend.heads.remove();
    assertThat(head.line()).isEqualTo("GET /a%20b/c/?q=%7B HTTP/1.1");
    assertThat(head.headers())
        .containsEntry("host", server.uri("https", "").getAuthority())
        .containsEntry("x-forwarded-for", "127.0.0.1")
        .containsEntry(
            "x-forwarded-uri",
            "/api/v1/namespaces/default/pods/web:" + backend.port() + "/proxy/a%20b/c/");
  }

  @Test
  void serviceLeadsToItsPodOverTls() throws Exception {
    pod("127.0.0.1");
    Backend backend = backend(serverTls(), (head, in, out) -> ok(out, head.line()));
    create(
        "services",
        "{metadata: {name: web, namespace: default}, spec: {ports: [{port: 443, name: https}]}}");
    assertStatus(
        get("/api/v1/namespaces/default/services/https:web:443/proxy/"),
        404,
        "NotFound",
        "services \"web\" not found");
    create(
        "endpoints",
        """
        {metadata: {name: web, namespace: default}, subsets: [{ports: [{port: %d, name: https}],
         addresses: [{ip: 127.0.0.1, targetRef: {kind: Pod, namespace: default, name: web}}]}]}
        """
            .formatted(backend.port()));

    assertThat(get("/api/v1/namespaces/default/services/https:web:443/proxy/x").body())
        .isEqualTo("GET /x HTTP/1.1");
    assertStatus(
        get("/api/v1/namespaces/default/services/web:80/proxy/"),
        503,
        "ServiceUnavailable",
        "no service port 80 found for service \"web\"");
    assertStatus(
        get("/api/v1/namespaces/default/services/web:metrics/proxy/"),
        503,
        "ServiceUnavailable",
        "no endpoints available for service \"web:metrics\"");
  }

  @Test
  void endpointThatIsNoPodIsNotCalled() throws Exception {
    pod("127.0.0.9");
    create(
        "endpoints",
        """
        {metadata: {name: web, namespace: default}, subsets: [{ports: [{port: 80}],
         addresses: [{ip: 127.0.0.1, targetRef: {kind: Pod, namespace: default, name: web}}]}]}
        """);
    assertStatus(
        get("/api/v1/namespaces/default/services/web/proxy/"),
        503,
        "ServiceUnavailable",
        "no endpoints available for service \"web\"");
  }

  @Test
  void bodiesStreamBothWays() throws Exception {
    pod("127.0.0.1");
    Backend backend =
        backend(
            (head, in, out) -> {
              write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              for (byte[] chunk = chunk(in); chunk.length > 0; chunk = nextChunk(in)) {
                write(out, Integer.toHexString(chunk.length) + "\r\n");
                out.write(chunk);
                write(out, "\r\n");
              }
              write(out, "0\r\n\r\n");
            });
    try (RawClient raw = server.raw()) {
      raw.send(
          "POST /api/v1/namespaces/default/pods/web:"
              + backend.port()
              + "/proxy/echo HTTP/1.1\r\nHost: api\r\nTransfer-Encoding: chunked\r\n\r\n");
      InputStream in = raw.socket().getInputStream();
      assertThat(raw.readHead().status()).isEqualTo(200);
      raw.send("5\r\nfirst\r\n");
      assertThat(chunk(in)).asString().isEqualTo("first");
      raw.send("6\r\nsecond\r\n");
      assertThat(nextChunk(in)).asString().isEqualTo("second");
      raw.send("0\r\n\r\n");
      assertThat(nextChunk(in)).isEmpty();
    }
    assertThat(backend.heads.remove().headers()).containsEntry("transfer-encoding", "chunked");
  }

  private static byte[] chunk(InputStream in) throws IOException {
    return in.readNBytes(Integer.parseInt(line(in), 16));
  }

  /** Jetty sends the end of a chunk with the next one. */
  private static byte[] nextChunk(InputStream in) throws IOException {
    assertThat(line(in)).isEmpty();
    return chunk(in);
  }

  @Test
  void largeBodiesPass() throws Exception {
    pod("127.0.0.1");
    Backend backend =
        backend(
            (head, in, out) -> {
              int length = Integer.parseInt(head.headers().get("content-length"));
              byte[] body = in.readNBytes(length);
              write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
              out.write(body);
              out.flush();
            });
    byte[] body = new byte[5 << 20];
    new Random(7).nextBytes(body);
    var answer =
        client.send(
            request("/api/v1/namespaces/default/pods/web:" + backend.port() + "/proxy/")
                .PUT(BodyPublishers.ofByteArray(body))
                .build(),
            BodyHandlers.ofByteArray());
    assertThat(answer.body()).isEqualTo(body);
  }

  @Test
  void webSocketIsCarried() throws Exception {
    pod("127.0.0.1");
    Backend backend = backend(ProxyIT::echoMessages);
    var messages = new WebSocketMessages(true);
    WebSocket socket =
        client
            .newWebSocketBuilder()
            .buildAsync(
                server.uri(
                    "wss", "/api/v1/namespaces/default/pods/web:" + backend.port() + "/proxy/echo"),
                messages)
            .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    for (String text : List.of("one", "x".repeat(100_000))) {
      socket.sendText(text, true);
      assertThat(messages.texts.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(text);
    }
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
    assertThat(messages.closed.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1000);
  }

  private static void echoMessages(Head head, InputStream in, OutputStream out) throws IOException {
    try {
      byte[] accept =
          MessageDigest.getInstance("SHA-1")
              .digest(
                  (head.headers().get("sec-websocket-key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                      .getBytes(StandardCharsets.US_ASCII));
      write(
          out,
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + Base64.getEncoder().encodeToString(accept)
              + "\r\n\r\n");
    } catch (NoSuchAlgorithmException e) {
      throw new IOException(e);
    }
    while (true) {
      int opcode = in.read();
      if (opcode < 0) {
        return;
      }
      long length = in.read() & 0x7f;
      if (length == 126) {
        length = ByteBuffer.wrap(in.readNBytes(2)).getShort() & 0xffff;
      } else if (length == 127) {
        length = ByteBuffer.wrap(in.readNBytes(8)).getLong();
      }
      byte[] mask = in.readNBytes(4);
      byte[] payload = in.readNBytes((int) length);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= mask[i % 4];
      }
      out.write(opcode);
      if (length < 126) {
        out.write((int) length);
      } else if (length < 1 << 16) {
        out.write(126);
        out.write(ByteBuffer.allocate(2).putShort((short) length).array());
      } else {
        out.write(127);
        out.write(ByteBuffer.allocate(8).putLong(length).array());
      }
      out.write(payload);
      out.flush();
    }
  }

  @Test
  void anyProtocolIsCarriedWithTheFirstBytes() throws Exception {
    pod("127.0.0.1");
    Backend backend =
        backend(
            (head, in, out) -> {
              write(
                  out,
                  "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                      + "Upgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4\r\n\r\nfirst\n");
              write(out, line(in) + " back\n");
              write(out, line(in) + " again\n");
            });
    try (RawClient raw = server.raw()) {
      raw.send(upgrade("GET", backend.port(), "SPDY/3.1") + "early\n");
      var head = raw.readHead();
      assertThat(head.status()).isEqualTo(101);
      assertThat(head.headers())
          .containsEntry("upgrade", "SPDY/3.1")
          .containsEntry("x-stream-protocol-version", "v4");
      InputStream in = raw.socket().getInputStream();
      assertThat(line(in)).isEqualTo("first");
      assertThat(line(in)).isEqualTo("early back");
      raw.send("late\n");
      assertThat(line(in)).isEqualTo("late again");
      assertThat(raw.closedByServer()).isTrue();
    }
    assertThat(backend.heads.remove().headers())
        .containsEntry("connection", "Upgrade")
        .containsEntry("upgrade", "SPDY/3.1");
  }

  private static String upgrade(String method, int port, String protocol) {
    return method
        + " /api/v1/namespaces/default/pods/web:"
        + port
        + "/proxy/stream HTTP/1.1\r\nHost: api\r\nConnection: Upgrade\r\nUpgrade: "
        + protocol
        + "\r\n\r\n";
  }

  @Test
  void backendLearnsThatTheClientOfATunnelHasGone() throws Exception {
    pod("127.0.0.1");
    var gone = new CompletableFuture<Integer>();
    Backend backend =
        backend(
            (head, in, out) -> {
              write(
                  out,
                  "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
              gone.complete(in.read());
            });
    try (RawClient raw = server.raw()) {
      raw.send(upgrade("POST", backend.port(), "x"));
      assertThat(raw.readHead().status()).isEqualTo(101);
    }
    assertThat(gone.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(-1);
  }

  @Test
  void answerToUpgradeThatIsNot101EndsTheConnection() throws Exception {
    pod("127.0.0.1");
    Backend refusing =
        backend(
            (head, in, out) -> write(out, "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"));
    try (RawClient raw = server.raw()) {
      raw.send(upgrade("GET", refusing.port(), "SPDY/3.1"));
      var answer = raw.read();
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body()).isEqualTo("no");
      assertThat(raw.closedByServer()).isTrue();
    }
    Backend other = backend((head, in, out) -> ok(out, "plain"));
    try (RawClient raw = server.raw()) {
      raw.send(upgrade("GET", other.port(), "SPDY/3.1"));
      var answer = raw.read();
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.body()).contains("invalid upgrade response: status code 200");
    }
  }

  @Test
  void upgradeNeedsVerbCreate() throws Exception {
    pod("127.0.0.1");
    Backend backend = backend((head, in, out) -> ok(out, "x"));
    forbidden.set("create");
    try (RawClient raw = server.raw()) {
      raw.send(upgrade("GET", backend.port(), "websocket"));
      assertThat(raw.read().status()).isEqualTo(403);
    }
    assertThat(backend.heads).isEmpty();
    assertThat(
            get("/api/v1/namespaces/default/pods/web:" + backend.port() + "/proxy/").statusCode())
        .isEqualTo(200);
  }

  @Test
  void credentialsAndHopsAreDropped() throws Exception {
    pod("127.0.0.1");
    Backend backend = backend((head, in, out) -> ok(out, "x"));
    try (RawClient raw = server.raw()) {
      raw.send(
          "GET /api/v1/namespaces/default/pods/web:"
              + backend.port()
              + "/proxy/ HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer s3cret\r\nCookie: a=b\r\n"
              + "X-Remote-User: root\r\nX_Remote_Group: system:masters\r\n"
              + "X-Remote-Extra-Scopes: all\r\nImpersonate-User: other\r\nConnection: X-Hop\r\n"
              + "X-Hop: 1\r\nTE: trailers\r\nProxy-Authorization: Basic x\r\nKeep-Alive: 1\r\n"
              + "X-Forwarded-For: 10.0.0.7\r\nX-Kept: yes\r\n\r\n");
      assertThat(raw.read().status()).isEqualTo(200);
    }
    assertThat(backend.heads.remove().headers())
        .containsOnlyKeys("host", "te", "x-forwarded-for", "x-forwarded-uri", "x-kept")
        .containsEntry("x-forwarded-for", "10.0.0.7, 127.0.0.1");
  }

  @Test
  void redirectIsPassedAndLeadsThroughTheProxy() throws Exception {
    pod("127.0.0.1");
    Backend backend =
        backend(
            (head, in, out) ->
                write(
                    out,
                    "HTTP/1.1 302 Found\r\nLocation: "
                        + head.headers().get("x-to")
                        + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
    String proxy = "/api/v1/namespaces/default/pods/web:" + backend.port() + "/proxy";
    Map<String, String> links =
        Map.of(
            "/login?x=1",
            proxy + "/login?x=1",
            "http://127.0.0.1:" + backend.port() + "/a/",
            proxy + "/a/",
            "https://elsewhere.example.com/b",
            "https://elsewhere.example.com/b",
            "relative",
            "relative");
    for (Map.Entry<String, String> link : links.entrySet()) {
      var answer =
          client.send(
              request(proxy + "/").header("X-To", link.getKey()).build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(302);
      assertThat(answer.headers().firstValue("location")).hasValue(link.getValue());
    }
    var root = get(proxy + "?a=b");
    assertThat(root.statusCode()).isEqualTo(301);
    assertThat(root.headers().firstValue("location")).hasValue(proxy + "/?a=b");
  }

  @Test
  void addressesThatAreTheServersOwnAreRefused() throws Exception {
    serveInstead(List.of(), certificates -> KubeletAccess.anonymous());
    Backend backend = backend((head, in, out) -> ok(out, "x"));
    for (String address :
        List.of("127.0.0.1", "::ffff:127.0.0.1", "169.254.169.254", "::1", "0.0.0.0")) {
      pod(address);
      node(address, backend.port());
      for (String path :
          List.of(
              POD.replace("web", "web:" + backend.port()) + "proxy/",
              "/api/v1/nodes/node-1/proxy/",
              POD + "log")) {
        assertStatus(get(path), 400, "BadRequest", "address not allowed");
      }
      api.server().objects().delete(new GroupResource("", "pods"), "default", "web");
      api.server().objects().delete(new GroupResource("", "nodes"), "", "node-1");
    }
    // A name is judged by its addresses, when it is looked up.
    node("localhost", backend.port());
    assertStatus(get("/api/v1/nodes/node-1/proxy/"), 400, "BadRequest", "address not allowed");
    assertThat(backend.heads).isEmpty();
  }

  @Test
  void whatDoesNotListenIsUnavailable() throws Exception {
    pod("127.0.0.1");
    Backend backend = backend((head, in, out) -> {});
    backend.close();
    String dial = "dial tcp 127.0.0.1:" + backend.port() + ": connect: connection refused";
    String path = "/api/v1/namespaces/default/pods/web:" + backend.port() + "/proxy/";
    assertStatus(get(path), 503, "ServiceUnavailable", "error trying to reach service: " + dial);
    var posted =
        client.send(
            request(path).POST(BodyPublishers.ofByteArray(new byte[1 << 20])).build(),
            BodyHandlers.ofString());
    assertStatus(posted, 503, "ServiceUnavailable", "error trying to reach service: " + dial);
    try (RawClient raw = server.raw()) {
      raw.send(upgrade("GET", backend.port(), "x"));
      var answer = raw.read();
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.body()).contains("error dialing backend: " + dial);
    }
  }

  /** A server may close a connection when the next request is on its way already. */
  @Test
  void connectionThatEndsWithTheRequestIsReplacedWhereTheRequestMayComeTwice() throws Exception {
    pod("127.0.0.1");
    Backend backend =
        backend(
            (head, in, out) -> {
              ok(out, head.line());
              line(in);
            });
    String path = "/api/v1/namespaces/default/pods/web:" + backend.port() + "/proxy/";

    for (int i = 0; i < 3; i++) {
      var answer = get(path + i);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("GET /" + i + " HTTP/1.1");
    }
    var posted =
        client.send(
            request(path).POST(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString());
    assertStatus(posted, 503, "ServiceUnavailable", "error trying to reach service: EOF");
  }

  @Test
  void logIsTheKubeletsTextOrAStatus() throws Exception {
    Backend kubelet =
        backend(
            serverTls(),
            (head, in, out) -> {
              if (head.line().contains("previous=true")) {
                write(out, "HTTP/1.1 400 Bad\r\nContent-Length: 4\r\n\r\nnone");
              } else if (head.line().contains("tailLines")) {
                write(out, "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n");
              } else {
                ok(out, head.line(), "Content-Type: application/octet-stream");
              }
            });
    pod("127.0.0.1");
    node("127.0.0.1", kubelet.port());

    var log = get(POD + "log?follow=true&container=app&timestamps=1");
    assertThat(log.headers().firstValue("content-type")).hasValue("text/plain");
    assertThat(log.body())
        .isEqualTo("GET /containerLogs/default/web/app?follow=true&timestamps=true HTTP/1.1");
    Head head = kubelet.heads.remove();
    assertThat(head.headers()).containsOnlyKeys("host");
    assertStatus(get(POD + "log?previous=true"), 400, "BadRequest", "none");
    assertStatus(get(POD + "log?tailLines=5"), 500, "", "Get \"/x\": redirects forbidden");
    assertStatus(
        get(POD + "log?container=none"),
        400,
        "BadRequest",
        "container none is not valid for pod web");
    assertStatus(get(POD + "exec?command=ls"), 400, "BadRequest", "Upgrade request required");
  }

  @Test
  void kubeletIsCheckedUnlessTheClientAsksForNone() throws Exception {
    serveInstead(
        List.of("127.0.0.1"),
        certificates ->
            new KubeletAccess(
                new UpstreamTls(certificates.clientContext(null), true),
                KubeletAccess.anonymous().unverified(),
                KubeletAccess.ADDRESS_TYPES));
    pod("127.0.0.1");
    SSLContext stranger = tls(new TestServer(Files.createDirectory(directory.resolve("other"))));
    Backend unknown = backend(stranger, (head, in, out) -> ok(out, "log"));
    node("127.0.0.1", unknown.port());
    assertThat(get(POD + "log").statusCode()).isEqualTo(500);
    assertThat(unknown.heads).isEmpty();
    assertThat(get(POD + "log?insecureSkipTLSVerifyBackend=true").body()).isEqualTo("log");

    api.server().objects().delete(new GroupResource("", "nodes"), "", "node-1");
    Backend known = backend(serverTls(), (head, in, out) -> ok(out, "log"));
    node("127.0.0.1", known.port());
    assertThat(get(POD + "log").body()).isEqualTo("log");
  }

  @Test
  void commandsOfAContainerAreTheKubeletsConnection() throws Exception {
    pod("127.0.0.1");
    Backend kubelet =
        backend(
            serverTls(),
            (head, in, out) -> {
              write(
                  out,
                  "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                      + "Upgrade: SPDY/3.1\r\n\r\n");
              write(out, head.line() + ": " + line(in) + "\n");
            });
    node("127.0.0.1", kubelet.port());
    Map<String, String> calls =
        Map.of(
            "exec?command=sh&command=-c&stdin=true&stdout=1&stderr=1&tty=true",
            "/exec/default/web/app?command=sh&command=-c&error=1&input=1&output=1&tty=1",
            "attach?container=app",
            "/attach/default/web/app",
            "portforward?ports=80&ports=81",
            "/portForward/default/web?port=80%2C81");
    for (Map.Entry<String, String> call : calls.entrySet()) {
      try (RawClient raw = server.raw()) {
        raw.send(
            "POST "
                + POD
                + call.getKey()
                + " HTTP/1.1\r\nHost: api\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
                + "Content-Length: 0\r\n\r\n");
        assertThat(raw.readHead().status()).isEqualTo(101);
        raw.send("input\n");
        assertThat(line(raw.socket().getInputStream()))
            .isEqualTo("POST " + call.getValue() + " HTTP/1.1: input");
      }
    }
  }

  @Test
  void bodyThatNobodyTakesDoesNotHideTheAnswer() throws Exception {
    var answer =
        client.send(
            request("/api/v1/namespaces/default/pods/none/proxy/")
                .POST(BodyPublishers.ofByteArray(new byte[1 << 20]))
                .build(),
            BodyHandlers.ofString());
    assertStatus(answer, 404, "NotFound", "pods \"none\" not found");
  }
}
