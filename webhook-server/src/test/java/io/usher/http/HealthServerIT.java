package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The probes of a process that serves no reviews, over a real socket. */
class HealthServerIT {

  private final Readiness readiness = new Readiness();
  private final HealthServer server =
      HealthServer.start(new InetSocketAddress("127.0.0.1", 0), readiness);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void answersBothProbes() throws Exception {
    assertThat(get("/livez").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  void isUnreadyWhileSomethingBlocksIt() throws Exception {
    readiness.block("certificates", "not checked yet");

    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body()).contains("not checked yet");
    assertThat(get("/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void tellsItsMetrics() throws Exception {
    try (var scraped =
        HealthServer.start(new InetSocketAddress("127.0.0.1", 0), readiness, () -> "up 1\n")) {
      URI address = URI.create("http://127.0.0.1:" + scraped.port() + "/metrics");
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());

      assertThat(answer.body()).isEqualTo("up 1\n");
      assertThat(answer.headers().firstValue("Content-Type"))
          .hasValue("text/plain; version=0.0.4; charset=utf-8");
    }
  }

  @Test
  void knowsNoOtherPath() throws Exception {
    assertThat(get("/metrics").statusCode()).isEqualTo(404);
  }

  @Test
  void takesNothing() throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/livez"))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build(),
                HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD");
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI address = URI.create("http://127.0.0.1:" + server.port() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
  }
}
