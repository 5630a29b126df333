package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in which API servers and kubelets connect. */
@Timeout(60)
class ConnectionsIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int GO_AWAY = 7;

  /** HTTP/2's headers of GET https://a/, which nothing is at, on stream 1. */
  private static final byte[] GET_ROOT = {
    0, 0, 6, HEADERS, 5, 0, 0, 0, 1, (byte) 0x82, (byte) 0x87, (byte) 0x84, 0x41, 1, 'a'
  };

  private static TestServer server;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    server = new TestServer(directory).start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test
  void reviewIsAnsweredInFull() throws Exception {
    var response = server.goodReview();
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    String patch =
        """
        [{"op":"add","path":"/metadata/labels","value":{"example.com/team":"red"}}]""";
    assertThat(JSON.readTree(response.body()))
        .isEqualTo(
            JSON.readTree(
                """
                {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{
                "uid":"%s","allowed":true,"patchType":"JSONPatch","patch":"%s"}}"""
                    .formatted(Reviews.UID, Base64.getEncoder().encodeToString(patch.getBytes()))));
  }

  @Test
  void http2() throws Exception {
    var client = server.client(HttpClient.Version.HTTP_2);
    for (int i = 0; i < 3; i++) {
      var response =
          client.send(
              TestServer.post(server.uri(TestServer.PATH + "?timeout=10s"), Reviews.pod()).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
    }
    var refused =
        client.send(
            TestServer.post(server.uri("/mutate/nobody"), Reviews.pod()).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(404);
  }

  /** The frame of an idle connection, and that of one on which a review is under way. */
  @Test
  void http2ClientsAreToldWhenTheServerBeginsToStop(@TempDir Path directory) throws Exception {
    var entered = new CountDownLatch(1);
    var released = new CountDownLatch(1);
    try (var stopping = new TestServer(directory)) {
      stopping.edit =
          (pod, context) -> {
            entered.countDown();
            released.await();
          };
      stopping.start();
      try (var idle = stopping.rawHttp2().awaitFrame(SETTINGS);
          var busy = stopping.rawHttp2().send(http2Review())) {
        entered.await();
        stopping.server().closeAfterAnswers();

        idle.awaitFrame(GO_AWAY);
        busy.awaitFrame(GO_AWAY);
        released.countDown();
        assertThat(new String(busy.awaitFrame(DATA).frame())).contains("\"allowed\":true");
      }
      // one that was opened since then
      try (var late = stopping.rawHttp2()) {
        late.send(GET_ROOT).awaitFrame(HEADERS).awaitFrame(GO_AWAY);
      }
    }
  }

  @Test
  void connectionIsKeptForMoreReviews() throws Exception {
    try (var client = server.raw()) {
      for (int i = 0; i < 5; i++) {
        assertThat(client.post(Reviews.pod()).read().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void chunkedBodyIsTaken() throws Exception {
    byte[] body = Reviews.pod();
    try (var client = server.raw()) {
      client.begin("Content-Type: application/json", "Transfer-Encoding: chunked", "");
      client.send(Integer.toHexString(100) + "\r\n");
      client.send(Arrays.copyOf(body, 100));
      client.send("\r\n" + Integer.toHexString(body.length - 100) + "\r\n");
      client.send(Arrays.copyOfRange(body, 100, body.length));
      client.send("\r\n0\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @Test
  void expectedContinueIsGiven() throws Exception {
    byte[] body = Reviews.pod();
    try (var client = server.raw()) {
      client.begin(
          "Content-Type: application/json",
          "Content-Length: " + body.length,
          "Expect: 100-continue",
          "");
      assertThat(client.read().status()).isEqualTo(100);
      assertThat(client.send(body).read().status()).isEqualTo(200);
    }
  }

  @Test
  void bothTlsVersionsAreSpoken() throws Exception {
    for (String version : List.of("TLSv1.2", "TLSv1.3")) {
      var parameters = new SSLParameters();
      parameters.setProtocols(new String[] {version});
      var client =
          HttpClient.newBuilder()
              .sslContext(server.clientContext(null))
              .sslParameters(parameters)
              .build();
      var response =
          client.send(
              TestServer.post(server.uri(TestServer.PATH), Reviews.pod()).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo(version);
    }
  }

  @Test
  void tls11IsRefusedWithAnAlert() throws Exception {
    try (var socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(clientHello11());
      var in = socket.getInputStream();
      byte[] alert = in.readNBytes(7);
      assertThat(alert[0]).as("an alert").isEqualTo((byte) 21);
      assertThat(alert[5]).as("fatal").isEqualTo((byte) 2);
      assertThat(alert[6]).as("protocol_version").isEqualTo((byte) 70);
      assertThat(in.read()).isEqualTo(-1);
    }
    assertThat(server.goodReview().statusCode()).isEqualTo(200);
  }

  /** As a kubelet asks: no server name, and the Pod's address for a host. */
  @ParameterizedTest
  @ValueSource(strings = {"/livez", "/readyz"})
  void probesOverHttp11(String path) throws Exception {
    try (var client = server.raw()) {
      client.send("GET " + path + " HTTP/1.1\r\nHost: 10.244.0.7:8443\r\n\r\n");
      var got = client.read();
      assertThat(got.status()).isEqualTo(200);
      assertThat(got.body()).isEqualTo("ok");
      client.send("HEAD " + path + " HTTP/1.1\r\nHost: 10.244.0.7:8443\r\n\r\n");
      var head = client.readHead();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.headers()).containsEntry("content-length", "2");
      client.send("PUT " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
      var put = client.read();
      assertThat(put.status()).isEqualTo(405);
      assertThat(put.headers()).containsEntry("allow", "GET, HEAD");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/livez", "/readyz"})
  void probesOverHttp2(String path) throws Exception {
    var client = server.client(HttpClient.Version.HTTP_2);
    for (String method : List.of("GET", "HEAD")) {
      var probe =
          HttpRequest.newBuilder(server.uri(path))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build();
      var answer = client.send(probe, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(method.equals("GET") ? "ok" : "");
    }
  }

  @Test
  void unreadyIsSaidOnBothPorts() throws Exception {
    server.readiness.block("shutdown", "the server is stopping");
    try (var client = server.raw()) {
      client.send("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
      var answer = client.read();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.body()).isEqualTo("shutdown: the server is stopping\n");
    } finally {
      server.readiness.clear("shutdown");
    }
  }

  /** TLS and what speaks through it were counted as two. */
  @Test
  void aConnectionIsCountedOnce(@TempDir Path directory) throws Exception {
    try (var counted = new TestServer(directory).start();
        var client = counted.raw().post(Reviews.pod())) {
      assertThat(client.read().status()).isEqualTo(200);
      assertThat(counted.server().connections()).isEqualTo(1);
    }
  }

  @Test
  void reviewsForAnyHostAreAnswered() throws Exception {
    byte[] body = Reviews.pod();
    try (var client = server.raw()) {
      client.send(
          "POST "
              + TestServer.PATH
              + " HTTP/1.1\r\nHost: usher.usher-system.svc:443\r\n"
              + "Content-Type: application/json\r\nContent-Length: "
              + body.length
              + "\r\n\r\n");
      assertThat(client.send(body).read().status()).isEqualTo(200);
    }
  }

  @Test
  void plainPortHasHealthAndMetricsAndNoReviews() throws Exception {
    assertThat(plain("/livez").body()).isEqualTo("ok");
    assertThat(plain("/readyz").body()).isEqualTo("ok");
    var metrics = plain("/metrics");
    assertThat(metrics.body()).isEqualTo("usher_test 1\n");
    assertThat(metrics.headers().firstValue("content-type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
    assertThat(plain(TestServer.PATH).statusCode()).isEqualTo(404);
    assertThat(plain("/").body()).contains("\"kind\":\"Status\"");
  }

  @Test
  void metricsAreNotOnTheReviewPort() throws Exception {
    try (var client = server.raw()) {
      client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(404);
    }
  }

  @Test
  void unreadyNamesItsReasons() throws Exception {
    server.readiness.block("shutdown", "the server is stopping");
    try {
      assertThat(plain("/readyz").statusCode()).isEqualTo(503);
      assertThat(plain("/readyz").body()).isEqualTo("shutdown: the server is stopping\n");
      assertThat(plain("/livez").statusCode()).isEqualTo(200);
    } finally {
      server.readiness.clear("shutdown");
    }
    assertThat(plain("/readyz").statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> plain(String path) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + server.server().healthPort() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** A review as frames: the headers of its POST, and its body. */
  private static byte[] http2Review() {
    byte[] path = TestServer.PATH.getBytes();
    byte[] type = "application/json".getBytes();
    byte[] body = Reviews.pod();
    int headers = 2 + 2 + path.length + 3 + 2 + type.length;
    return ByteBuffer.allocate(9 + headers + 9 + body.length)
        .putInt(headers << 8 | HEADERS)
        .put((byte) 4)
        .putInt(1)
        .put((byte) 0x83)
        .put((byte) 0x87)
        .put((byte) 0x44)
        .put((byte) path.length)
        .put(path)
        .put(new byte[] {0x41, 1, 'a'})
        .put((byte) 0x5F)
        .put((byte) type.length)
        .put(type)
        .putInt(body.length << 8)
        .put((byte) 1)
        .putInt(1)
        .put(body)
        .array();
  }

  /** A record that offers TLS 1.1 at most, which the JDK's own client can't be made to send. */
  private static byte[] clientHello11() {
    var hello = ByteBuffer.allocate(5 + 4 + 41);
    hello.put((byte) 22).put((byte) 3).put((byte) 1).putShort((short) (4 + 41));
    hello.put((byte) 1).put((byte) 0).putShort((short) 41);
    hello.put((byte) 3).put((byte) 2).put(new byte[32]).put((byte) 0);
    hello.putShort((short) 2).putShort((short) 0x2F);
    hello.put((byte) 1).put((byte) 0);
    return hello.array();
  }
}
