package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that don't read what they asked for. */
@Timeout(120)
class UnreadAnswersIT {

  private static final int GET = 2;

  @TempDir private Path directory;

  /** Before, each stream pinned a direct buffer of 32 KiB for as long as it liked. */
  @Test
  void probesWithAWindowOfZeroPinNoDirectMemoryAndEnd() throws Exception {
    try (var server = new TestServer(directory)) {
      server.writeTimeout = Duration.ofSeconds(1);
      server.start();
      assertThat(server.goodReview().statusCode()).isEqualTo(200);
      long before = directMemory();
      List<RawClient> clients = new ArrayList<>();
      try {
        for (int i = 0; i < 20; i++) {
          var client = new RawClient(server.clientContext(null), server.port(), "h2");
          clients.add(client.send(Http2Bytes.beginWithWindowOfZero()));
          for (int stream = 1; stream < 2 * 32; stream += 2) {
            client.send(Http2Bytes.request(stream, GET, "/readyz"));
          }
        }
        await(() -> server.server().unfinished() >= 20 * 16);
        assertThat(directMemory() - before).isLessThan(20 * 32 * (32 << 10) / 4);
        // The answers are ended one by one, and the connection goes on.
        for (var client : clients) {
          client.awaitFrame(Http2Bytes.RST_STREAM);
        }
        await(() -> server.server().unfinished() == 0);
        assertThat(server.goodReview().statusCode()).isEqualTo(200);
      } finally {
        for (var client : clients) {
          client.close();
        }
      }
    }
  }

  @Test
  void aConnectionHasThirtyTwoStreamsAtOnce() throws Exception {
    try (var server = new TestServer(directory)) {
      server.start();
      try (var client = new RawClient(server.clientContext(null), server.port(), "h2")) {
        client.send(Http2Bytes.beginWithWindowOfZero());
        for (int stream = 1; stream <= 2 * 40; stream += 2) {
          client.send(Http2Bytes.request(stream, GET, "/livez"));
        }
        client.awaitFrame(Http2Bytes.RST_STREAM);
        assertThat(client.stream()).isEqualTo(2 * 32 + 1);
      }
    }
  }

  @Test
  void answerThatNobodyReadsEndsWithItsConnection() throws Exception {
    try (var server = new TestServer(directory)) {
      server.writeTimeout = Duration.ofSeconds(1);
      // The answer is taken from it before it is made, as text, in base64, and on its way.
      server.memory = 256 << 20;
      String large = "x".repeat(8 << 20);
      server.edit = (pod, context) -> pod.withObject("/metadata/labels").put("large", large);
      server.start();
      try (var client = server.raw()) {
        client.post(Reviews.pod());
        await(() -> server.server().givenUp() == 1);
        await(() -> server.server().connections() == 0);
        await(() -> server.server().unfinished() == 0);
      }
    }
  }

  @Test
  void unreadScrapesLeaveTheProbesAloneAndEnd() throws Exception {
    try (var server = new TestServer(directory)) {
      server.writeTimeout = Duration.ofSeconds(3);
      String large = "usher_test 1\n".repeat(1 << 20);
      server.metrics = () -> large;
      server.start();
      List<Socket> scrapers = new ArrayList<>();
      try {
        for (int i = 0; i < 2; i++) {
          scrapers.add(plain(server, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"));
        }
        await(() -> server.server().unfinished() >= 2);
        for (int i = 0; i < 20; i++) {
          try (var probe = plain(server, "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")) {
            assertThat(firstLine(probe)).isEqualTo("HTTP/1.1 200 OK");
          }
        }
        try (var third = plain(server, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")) {
          assertThat(firstLine(third)).isEqualTo("HTTP/1.1 429 Too Many Requests");
        }
        await(() -> server.server().givenUp() == 2);
        server.metrics = () -> "usher_test 2\n";
        await(() -> scraped(server));
      } finally {
        for (var scraper : scrapers) {
          scraper.close();
        }
      }
    }
  }

  private static boolean scraped(TestServer server) {
    try (var next = plain(server, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")) {
      return firstLine(next).equals("HTTP/1.1 200 OK");
    } catch (java.io.IOException e) {
      return false;
    }
  }

  /** A client of the plain port with as small a window as there is. */
  private static Socket plain(TestServer server, String request) throws java.io.IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(1);
    socket.setSoTimeout(20_000);
    socket.connect(new InetSocketAddress("127.0.0.1", server.server().healthPort()));
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String firstLine(Socket socket) throws java.io.IOException {
    var line = new StringBuilder();
    for (int c = socket.getInputStream().read(); c >= 0 && c != '\r'; ) {
      line.append((char) c);
      c = socket.getInputStream().read();
    }
    return line.toString();
  }

  private static long directMemory() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  /** Waits for what must come; the test's timeout ends it. */
  private static void await(BooleanSupplier condition) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(10))
        .until(condition::getAsBoolean);
  }
}
