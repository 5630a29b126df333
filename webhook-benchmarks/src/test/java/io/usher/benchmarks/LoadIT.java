package io.usher.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadIT {

  @TempDir private static Path directory;

  private static ServerProcess server;
  private static SSLContext tls;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    Certificate certificate = Certificate.make(directory);
    server = new Servers(Path.of("no.jar"), directory, certificate).bareJetty(List.of());
    tls = certificate.client();
    port = server.awaitPort();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aFixedRateSendsEachRequestOnce() throws IOException {
    Load.Result result =
        new Load(tls, port, "any", Body.KB_60).openLoop(200, Duration.ofMillis(500));
    assertThat(result.latencies().getTotalCount()).isEqualTo(100);
    assertThat(result.seconds()).isGreaterThanOrEqualTo(0.49);
  }

  @Test
  void aClosedLoopSendsUntilItsTimeIsOver() throws IOException {
    Load.Result result = new Load(tls, port, "any", Body.KB_6).closedLoop(Duration.ofMillis(300));
    assertThat(result.latencies().getTotalCount()).isPositive();
    assertThat(result.seconds()).isGreaterThanOrEqualTo(0.3);
  }

  @Test
  void tellsWhyAServerDoesNotStart() throws IOException {
    Path portFile = directory.resolve("never");
    try (ServerProcess none =
        ServerProcess.start(List.of(ChildProcess.ofJdk("java"), "-jar", "no.jar"), portFile)) {
      assertThatThrownBy(none::awaitPort)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no.jar");
    }
  }

  @Test
  void readsWhatTheServerTook() throws IOException {
    assertThat(server.cpuTime()).isPositive();
    assertThat(server.peakMegabytes()).isBetween(20.0, 4_000.0);
    assertThat(server.collector()).isNotEqualTo("unknown");
  }
}
