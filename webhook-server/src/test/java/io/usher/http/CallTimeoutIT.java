package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How long a rule may take. */
@Timeout(60)
class CallTimeoutIT {

  @TempDir private Path directory;

  /** The declared time is for the manifest: it used to end calls that allowed more. */
  @Test
  void theCallsOwnTimeoutIsTheBudgetThoughLessIsDeclared() throws Exception {
    try (var server = new TestServer(directory)) {
      server.timeoutSeconds = 1;
      server.edit = (pod, context) -> TimeUnit.MILLISECONDS.sleep(1500);
      server.start();
      assertThat(post(server, "?timeout=20s").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whoRanOutOfTimeBecauseOfTheOperatorsCapLearnsTheSetting() throws Exception {
    try (var server = new TestServer(directory)) {
      server.maxTimeout = Duration.ofMillis(500);
      server.edit = (pod, context) -> TimeUnit.SECONDS.sleep(20);
      server.start();
      var answer = post(server, "?timeout=20s");
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.body())
          .endsWith(" (the call allows 20000 ms; the server's setting max-timeout grants 500 ms)");
    }
  }

  private static HttpResponse<String> post(TestServer server, String query) throws Exception {
    return server
        .client(HttpClient.Version.HTTP_1_1)
        .send(
            TestServer.post(server.uri(TestServer.PATH + query), Reviews.pod()).build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
