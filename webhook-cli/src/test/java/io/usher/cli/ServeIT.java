package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process: its start, its life under load, its end. */
@Timeout(240)
class ServeIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  @Test
  void saysWhereItListensAndTellsEachDecision() throws Exception {
    try (var served = ServedProcess.ready(directory)) {
      // Told after the ports are.
      while (served.out().isEmpty()) {
        served.process().waitFor(20, TimeUnit.MILLISECONDS);
      }
      assertThat(served.out())
          .matches(
              "usher serves served.example.com on https://127.0.0.1:"
                  + served.port()
                  + ", health and metrics on http://127.0.0.1:\\d+\\R");
      assertThat(served.plain("/readyz").body()).isEqualTo("ok");
      var client = served.client();
      assertThat(served.review(client, "web").statusCode()).isEqualTo(200);
      String line = awaitLine(served, "\"uid\":\"u-web\"");
      var decision = JSON.readTree(line);
      assertThat(decision.get("webhook").asText()).isEqualTo("served.example.com");
      assertThat(decision.get("decision").asText()).isEqualTo("patched");
      assertThat(decision.get("patchOperations").asInt()).isEqualTo(1);
      assertThat(decision.get("durationMicros").isNumber()).isTrue();
      assertThat(line).doesNotContain("example.com/team");
      assertThat(served.plain("/metrics").body())
          .contains(
              "usher_reviews_total{decision=\"patched\",dryRun=\"false\",kind=\"Pod\","
                  + "operation=\"CREATE\",webhook=\"served.example.com\"} 1.0")
          .contains("usher_certificate_expiry_seconds");
    }
  }

  @Test
  void noRequestFailsWhenItStopsUnderLoad() throws Exception {
    try (var served = ServedProcess.ready(directory, "--shutdown-delay", "3s")) {
      var answered = new AtomicInteger();
      var pool = Executors.newCachedThreadPool();
      var loads = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 6; i++) {
        loads.add(pool.submit(load(served, i < 3 ? "web" : "slow", answered)));
      }
      await(() -> answered.get() > 50);
      served.process().destroy();
      for (var load : loads) {
        assertThat(load.get()).isGreaterThan(0);
      }
      pool.shutdown();
      assertThat(served.process().waitFor()).isIn(0, 143);
      assertThat(served.err()).contains("\"stopped\"").doesNotContain("will not be");
    }
  }

  /**
   * Reviews over one connection after another. As with a Service's endpoints there is no new one to
   * what is not ready, while an open one is used until an answer says that it closes.
   */
  private static Callable<Integer> load(ServedProcess served, String name, AtomicInteger answered) {
    return () -> {
      var context = served.context();
      byte[] body = ServedProcess.review(name);
      int count = 0;
      while (served.isReady()) {
        try (var connection = new KeptConnection(context, served.port())) {
          do {
            assertThat(connection.post(ServedProcess.PATH, body).status()).isEqualTo(200);
            answered.incrementAndGet();
            count++;
          } while (connection.kept());
        }
      }
      return count;
    };
  }

  @Test
  void fiftyHugeBodiesAtOnceInASmallHeap() throws Exception {
    // It is the memory that is tried here, not the patience with a slow machine.
    try (var served = ServedProcess.ready(directory, "--header-timeout", "60s")) {
      byte[] body = new byte[8 << 20];
      Arrays.fill(body, (byte) ' ');
      for (int i = 1; i + 3 < body.length; i += 3) {
        body[i] = '{';
        body[i + 1] = '}';
        body[i + 2] = ',';
      }
      body[0] = '[';
      var context = served.context();
      var pool = Executors.newCachedThreadPool();
      var answers = new ArrayList<Future<KeptConnection.Answer>>();
      for (int i = 0; i < 50; i++) {
        answers.add(
            pool.submit(
                () -> {
                  try (var connection = new KeptConnection(context, served.port())) {
                    return connection.post(ServedProcess.PATH, body);
                  }
                }));
      }
      for (var each : answers) {
        var answer = each.get();
        assertThat(answer.status()).as(answer.body()).isIn(400, 408, 413, 429, 500);
        assertThat(answer.body())
            .contains(answer.status() == 500 ? "context deadline exceeded" : "\"kind\":\"Status\"");
      }
      pool.shutdown();
      assertThat(served.review(served.client(), "web").statusCode()).isEqualTo(200);
      assertThat(served.process().isAlive()).isTrue();
    }
  }

  @Test
  void endsAnEndlessRule() throws Exception {
    try (var served = ServedProcess.ready(directory)) {
      assertHangs(served);
      await(
          () ->
              served
                  .plain("/metrics")
                  .body()
                  .lines()
                  .filter(line -> line.startsWith("usher_hung_threads{"))
                  .anyMatch(line -> line.endsWith(" 0.0")));
      assertThat(served.review(served.client(), "web").statusCode()).isEqualTo(200);

      assertHangs(served);
      await(
          () ->
              served
                  .plain("/metrics")
                  .body()
                  .lines()
                  .filter(line -> line.startsWith("usher_rule_circuit_open{"))
                  .anyMatch(line -> line.endsWith(" 1.0")));
      assertThat(served.review(served.client(), "web").body())
          .isEqualTo("rule ServedRules.label is not tried for now, as it hung");
      assertThat(served.process().isAlive()).isTrue();
    }
  }

  @Test
  void endsWithAnErrorWhenTooManyThreadsHang() throws Exception {
    try (var served = ServedProcess.ready(directory, "--max-hung-threads", "0")) {
      assertHangs(served);
      assertThat(served.process().waitFor()).isEqualTo(70);
      assertThat(served.err()).contains("the process must be replaced");
    }
  }

  private static void assertHangs(ServedProcess served) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(served.uri().toString().replace("10s", "1s")))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(ServedProcess.review("hang")))
            .build();
    var response = served.client().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body())
        .contains("?timeout=1s: context deadline exceeded in rule ServedRules.label");
  }

  @Test
  void endsWithAnErrorWhenMemoryRunsOut() throws Exception {
    try (var served = ServedProcess.ready(directory)) {
      var response = served.review(served.client(), "devour");
      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(response.body()).doesNotContain("devour");
      assertThat(served.process().waitFor()).isEqualTo(70);
      assertThat(served.err()).contains("out of memory");
    }
  }

  @Test
  void wrongValuesAreNamedWithTheirPlace() throws Exception {
    Path file =
        Files.writeString(directory.resolve("usher.yaml"), "port: 8443\nheaderTimeout: soon\n");
    assertThat(failure(Map.of(), "--config", file.toString()))
        .contains(file + ":2: headerTimeout: \"soon\" is no duration");
    assertThat(failure(Map.of("USHER_PROT", "1"))).contains("USHER_PROT: there is no such setting");
    assertThat(failure(Map.of(), "--port", "many")).contains("--port: many is not a whole number");
    assertThat(failure(Map.of())).contains("cert and key are needed");
    assertThat(failure(Map.of(), "--nonsense")).contains("--nonsense");
  }

  @Test
  void badCertificateStopsTheStart() throws Exception {
    Path broken = Files.writeString(directory.resolve("broken.crt"), "nothing\n");
    assertThat(failure(Map.of(), "--cert", broken.toString(), "--key", broken.toString()))
        .contains(broken + " has no certificate");
  }

  private String failure(Map<String, String> environment, String... flags) throws Exception {
    try (var served = new ServedProcess(directory, environment, List.of(), flags)) {
      assertThat(served.process().waitFor()).isEqualTo(2);
      return served.err();
    }
  }

  private static String awaitLine(ServedProcess served, String part) throws Exception {
    await(() -> served.err().contains(part));
    return served.err().lines().filter(line -> line.contains(part)).findFirst().orElseThrow();
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(5))
        .until(condition);
  }
}
