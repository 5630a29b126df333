package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that take their time take nothing else. */
@Timeout(120)
class SlowClientsIT {

  @TempDir private Path directory;

  @Test
  void headersThatTrickleEndInTime() throws Exception {
    try (var server = new TestServer(directory)) {
      server.headerTimeout = Duration.ofMillis(500);
      server.start();
      try (var client = server.raw()) {
        client.begin();
        String answer =
            trickle(client, "X-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        assertThat(answer).startsWith("408 ").contains("did not arrive in time");
      }
      assertThat(server.goodReview().statusCode()).isEqualTo(200);
      assertThat(server.server().givenUp()).isEqualTo(1);
    }
  }

  @Test
  void aSecondRequestsHeadersAreTimedFromItsOwnFirstByte() throws Exception {
    try (var server = new TestServer(directory)) {
      server.headerTimeout = Duration.ofMillis(500);
      server.start();
      try (var client = server.raw()) {
        for (int i = 0; i < 3; i++) {
          assertThat(client.post(Reviews.pod()).read().status()).isEqualTo(200);
          TimeUnit.MILLISECONDS.sleep(700);
        }
      }
      assertThat(server.server().givenUp()).isZero();
    }
  }

  @Test
  void bodyThatTricklesEndsWithTheReviewsTime() throws Exception {
    try (var server = new TestServer(directory)) {
      server.start();
      try (var client = server.raw()) {
        client.send(
            "POST "
                + TestServer.PATH
                + "?timeout=1s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 5000\r\n\r\n");
        String answer = trickle(client, Reviews.podText());
        assertThat(answer).startsWith("408 ").contains("did not arrive in time");
        assertThat(client.closedByServer()).isTrue();
      }
      assertThat(server.goodReview().statusCode()).isEqualTo(200);
      assertThat(server.rejections.poll(1, TimeUnit.SECONDS)).isEqualTo(408);
    }
  }

  @Test
  void http2HeadersThatTrickleEndInTime() throws Exception {
    try (var server = new TestServer(directory)) {
      server.headerTimeout = Duration.ofMillis(500);
      server.start();
      try (var client = server.rawHttp2()) {
        client.send(new byte[] {0, 0, 100, 1, 4, 0, 0, 0, 1});
        String end = "still open";
        for (int i = 0; i < 60 && end.equals("still open"); i++) {
          end = client.send(new byte[] {0}).endsWithin(100) ? "closed" : end;
        }
        assertThat(end).isEqualTo("closed");
      }
      assertThat(server.server().givenUp()).isEqualTo(1);
    }
  }

  @Test
  void http2ConnectionMayIdleBetweenFrames() throws Exception {
    try (var server = new TestServer(directory)) {
      server.headerTimeout = Duration.ofMillis(300);
      server.start();
      try (var client = server.rawHttp2()) {
        byte[] ping = {0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};
        for (int i = 0; i < 10; i++) {
          assertThat(client.send(ping).endsWithin(100)).isFalse();
        }
      }
      assertThat(server.server().givenUp()).isZero();
    }
  }

  @Test
  void handshakeThatDoesNotEndIsEnded() throws Exception {
    try (var server = new TestServer(directory)) {
      server.headerTimeout = Duration.ofSeconds(2);
      server.start();
      try (var socket = new Socket("127.0.0.1", server.port())) {
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01});
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
      assertThat(server.goodReview().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void unfinishedRequestsAndIdleConnectionsTakeNoThread() throws Exception {
    try (var server = new TestServer(directory)) {
      server.headerTimeout = Duration.ofSeconds(60);
      server.timeoutSeconds = 30;
      server.start();
      List<RawClient> clients = new ArrayList<>();
      try {
        for (int i = 0; i < 800; i++) {
          clients.add(server.raw());
        }
        for (int i = 0; i < 150; i++) {
          clients.add(server.raw().begin("Content-Type: appl"));
          clients.add(
              server
                  .raw()
                  .begin("Content-Type: application/json", "Content-Length: 5000", "")
                  .send("{\"kind\""));
        }
        awaitUnfinished(server, 300);
        try (var good = server.raw()) {
          for (int i = 0; i < 20; i++) {
            assertThat(good.post(Reviews.pod()).read().status()).isEqualTo(200);
          }
        }
        assertThat(server.goodReview().statusCode()).isEqualTo(200);
        assertThat(server.server().connections()).isGreaterThan(1100).isLessThan(1200);
      } finally {
        for (var client : clients) {
          client.close();
        }
      }
    }
  }

  @Test
  void theOldestUnfinishedRequestsOfAPeerGoWhenThereAreTooMany() throws Exception {
    try (var server = new TestServer(directory)) {
      server.headerTimeout = Duration.ofSeconds(60);
      server.maxUnfinished = 3;
      server.start();
      try (var first = server.raw();
          var second = server.raw();
          var third = server.raw();
          var fourth = server.raw()) {
        for (var client : List.of(first, second, third)) {
          client.begin("Content-Type: application/json", "Content-Length: 5000", "").send("{");
          TimeUnit.MILLISECONDS.sleep(20);
        }
        awaitUnfinished(server, 3);
        byte[] body = Reviews.pod();
        fourth.begin("Content-Type: application/json", "Content-Length: " + body.length, "");
        var answer = first.read();
        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.body())
            .contains(
                "more than 3 requests and answers of this client are under way (max-unfinished)");
        assertThat(fourth.send(body).read().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void idleConnectionsAreKeptForTheirTime() throws Exception {
    try (var server = new TestServer(directory)) {
      server.idleTimeout = Duration.ofMillis(1500);
      server.headerTimeout = Duration.ofMillis(200);
      server.start();
      try (var client = server.raw()) {
        assertThat(client.post(Reviews.pod()).read().status()).isEqualTo(200);
        TimeUnit.MILLISECONDS.sleep(700);
        assertThat(client.post(Reviews.pod()).read().status()).isEqualTo(200);
        assertThat(client.closedByServer()).isTrue();
      }
    }
  }

  /** Sends a byte now and then until the server answers or closes. */
  private static String trickle(RawClient client, String text) throws Exception {
    client.socket().setSoTimeout(100);
    for (char c : text.toCharArray()) {
      try {
        client.send(String.valueOf(c));
        var answer = client.read();
        return answer.status() + " " + answer.body();
      } catch (java.net.SocketTimeoutException e) {
        continue;
      } catch (EOFException e) {
        return "closed";
      } catch (IOException e) {
        return e.toString();
      }
    }
    return "nothing";
  }

  private static void awaitUnfinished(TestServer server, int count) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> server.server().unfinished() >= count);
  }
}
