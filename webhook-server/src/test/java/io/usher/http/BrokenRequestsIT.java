package io.usher.http;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.http.RawClient.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong gets an answer that says so, and the next good review is answered. */
class BrokenRequestsIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static TestServer server;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    server = new TestServer(directory).start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @AfterEach
  void theNextGoodReviewIsAnswered() throws Exception {
    var response = server.goodReview();
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  @Test
  void truncatedBody() throws Exception {
    try (var client = server.raw()) {
      client.begin("Content-Type: application/json", "Content-Length: 5000", "").send("{\"kind\":");
      client.socket().shutdownOutput();
      assertRefused(client.read(), 400, "BadRequest", "the body ended after 8 bytes");
    }
  }

  @Test
  void lengthShorterThanTheBody() throws Exception {
    try (var client = server.raw()) {
      client.begin("Content-Type: application/json", "Content-Length: 20", "").send(Reviews.pod());
      assertThat(client.read().status()).isEqualTo(400);
    }
  }

  @Test
  void connectionDroppedHalfWay() throws Exception {
    try (var client = server.raw()) {
      client.begin("Content-Type: application/json", "Content-Length: 5000", "").send("{\"kind\":");
      client.socket().setSoLinger(true, 0);
    }
  }

  @Test
  void lengthThatIsNoNumber() throws Exception {
    assertThat(head("Content-Type: application/json", "Content-Length: many").status())
        .isEqualTo(400);
  }

  @Test
  void lengthBesideTransferEncoding() throws Exception {
    Answer answer =
        head("Content-Type: application/json", "Content-Length: 10", "Transfer-Encoding: chunked");
    assertRefused(answer, 400, "BadRequest", "Transfer-Encoding");
  }

  @Test
  void twoLengths() throws Exception {
    Answer answer =
        head("Content-Type: application/json", "Content-Length: 10", "Content-Length: 20");
    assertRefused(answer, 400, "BadRequest", "Content-Length");
  }

  @Test
  void headersOf64Kilobytes() throws Exception {
    try (var client = server.raw()) {
      client.begin();
      try {
        client.send("X-Long: " + "x".repeat(64 << 10) + "\r\n\r\n");
      } catch (IOException e) {
        // The server has stopped reading; its answer is there all the same.
        assertThat(e).isInstanceOf(IOException.class);
      }
      assertRefused(client.read(), 431, "HeadersTooLarge", "");
    }
  }

  @Test
  void wrongContentType() throws Exception {
    assertRefused(
        head("Content-Type: text/yaml", "Content-Length: 2"),
        415,
        "UnsupportedMediaType",
        "Content-Type is text/yaml; send application/json in UTF-8");
  }

  @Test
  void noContentType() throws Exception {
    assertRefused(head("Content-Length: 2"), 415, "UnsupportedMediaType", "Content-Type is null");
  }

  @Test
  void wrongCharset() throws Exception {
    assertRefused(
        head("Content-Type: application/json; charset=latin1", "Content-Length: 2"),
        415,
        "UnsupportedMediaType",
        "latin1");
  }

  @Test
  void charsetUtf8IsTaken() throws Exception {
    byte[] body = Reviews.pod();
    try (var client = server.raw()) {
      client.begin(
          "Content-Type: application/json; charset=\"UTF-8\"",
          "Content-Length: " + body.length,
          "");
      assertThat(client.send(body).read().status()).isEqualTo(200);
    }
  }

  @Test
  void gzipOf200Megabytes() throws Exception {
    var zipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zipped)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 200; i++) {
        gzip.write(zeros);
      }
    }
    var request =
        TestServer.post(server.uri(TestServer.PATH), zipped.toByteArray())
            .header("Content-Encoding", "gzip")
            .build();
    var response = send(request);
    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(response.body()).contains("Content-Encoding is gzip; send the body without one");
  }

  @Test
  void bodyOf20Megabytes() throws Exception {
    var request = TestServer.post(server.uri(TestServer.PATH), new byte[20 << 20]).build();
    var response = send(request);
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body()).contains("the body has 20971520 bytes, more than 8388608");
  }

  @Test
  void bodyOf20MegabytesInChunks() throws Exception {
    var chunks =
        HttpRequest.BodyPublishers.fromPublisher(
            HttpRequest.BodyPublishers.ofByteArray(new byte[20 << 20]));
    var request =
        HttpRequest.newBuilder(server.uri(TestServer.PATH))
            .header("Content-Type", "application/json")
            .POST(chunks)
            .build();
    var response = send(request);
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body()).contains("larger than 8388608 bytes");
  }

  @Test
  void announced20MegabytesAreRefusedBeforeTheyCome() throws Exception {
    assertRefused(
        head("Content-Type: application/json", "Content-Length: 20971520"),
        413,
        "RequestEntityTooLarge",
        "20971520");
  }

  @Test
  void hundredThousandNestedArrays() throws Exception {
    String nested = "[".repeat(100_000) + "]".repeat(100_000);
    assertThat(body(nested.getBytes(UTF_8)).status()).isEqualTo(400);
    String inside = Reviews.podText().replace("\"spec\":", "\"deep\":" + nested + ",\"spec\":");
    assertThat(body(inside.getBytes(UTF_8)).status()).isEqualTo(400);
  }

  @Test
  void duplicateKeys() throws Exception {
    String twice =
        Reviews.podText()
            .replace(
                "\"name\":\"web\",\"namespace\"", "\"name\":\"a\",\"name\":\"b\",\"namespace\"");
    assertThat(body(twice.getBytes(UTF_8)).status()).isEqualTo(400);
  }

  @Test
  void trailingGarbage() throws Exception {
    assertThat(body((Reviews.podText() + "{}").getBytes(UTF_8)).status()).isEqualTo(400);
  }

  @Test
  void utf16() throws Exception {
    assertThat(body(Reviews.podText().getBytes(UTF_16BE)).status()).isEqualTo(400);
  }

  @Test
  void notUtf8() throws Exception {
    byte[] body = Reviews.podText().replace("nginx", "nginX").getBytes(UTF_8);
    body[Reviews.podText().indexOf("nginx")] = (byte) 0xC3;
    assertThat(body(body).status()).isEqualTo(400);
  }

  @Test
  void emptyBody() throws Exception {
    assertThat(body(new byte[0]).status()).isEqualTo(400);
  }

  @Test
  void otherMethods() throws Exception {
    try (var client = server.raw()) {
      client.send("GET " + TestServer.PATH + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      Answer answer = client.read();
      assertRefused(answer, 405, "MethodNotAllowed", "takes POST, not GET");
      assertThat(answer.headers()).containsEntry("allow", "POST");
    }
  }

  @Test
  void unknownPath() throws Exception {
    try (var client = server.raw()) {
      client.send(
          "POST /mutate/nobody.example.com HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
      assertRefused(client.read(), 404, "NotFound", "there is nothing at /mutate/nobody");
    }
  }

  @Test
  void timeoutThatIsNoDuration() throws Exception {
    byte[] body = Reviews.pod();
    var request = TestServer.post(server.uri(TestServer.PATH + "?timeout=soon"), body).build();
    var response = send(request);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("timeout: ", "soon");
  }

  @Test
  void notHttpAtAll() throws Exception {
    try (var client = server.raw()) {
      client.send("\u0000\u0001\u0002 what is this\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(400);
    }
  }

  private static Answer head(String... headers) throws Exception {
    try (var client = server.raw()) {
      client.begin(headers).send("\r\n");
      return client.read();
    }
  }

  private static Answer body(byte[] body) throws Exception {
    try (var client = server.raw()) {
      return client.post(body).read();
    }
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return server
        .client(HttpClient.Version.HTTP_1_1)
        .send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static void assertRefused(Answer answer, int status, String reason, String message)
      throws IOException {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.headers()).containsEntry("content-type", "application/json");
    var body = JSON.readTree(answer.body());
    assertThat(body.path("kind").asText()).isEqualTo("Status");
    assertThat(body.path("code").asInt()).isEqualTo(status);
    assertThat(body.path("reason").asText()).isEqualTo(reason);
    assertThat(body.path("message").asText()).contains(message);
  }
}
