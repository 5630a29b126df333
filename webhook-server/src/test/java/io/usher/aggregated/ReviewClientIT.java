package io.usher.aggregated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.usher.apiserver.review.ReviewCaller;
import io.usher.apiserver.review.ReviewException;
import io.usher.certs.CertificateAuthority.Purpose;
import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.PemFile;
import io.usher.client.ClusterClient;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReviewClientIT {

  private record Answer(int code, String body) {}

  private final Queue<Answer> answers = new ArrayDeque<>();
  private final List<String> asked = new ArrayList<>();
  @TempDir private Path folder;
  private HttpsServer server;
  private ClusterClient client;
  private ReviewCaller reviews;

  @BeforeEach
  void start() throws Exception {
    var authority = new DevelopmentCertificates(Clock.systemUTC());
    server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(
            authority
                .issue(Purpose.SERVER, "reviews", List.of("localhost"))
                .serverContext(List.of())));
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          asked.add(
              exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + body);
          Answer answer = answers.remove();
          byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.code(), bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    String bundle =
        Base64.getEncoder()
            .encodeToString(
                PemFile.text(authority.authority()).getBytes(StandardCharsets.US_ASCII));
    Path kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            current-context: webhook
            clusters:
            - name: reviews
              cluster:
                server: https://localhost:%d/authorize
                certificate-authority-data: %s
            users:
            - name: apiserver
              user: {token: s3cret}
            contexts:
            - name: webhook
              context: {cluster: reviews, user: apiserver}
            """
                .formatted(server.getAddress().getPort(), bundle));
    client = ClusterClient.open(kubeconfig, Duration.ofSeconds(30));
    reviews = ReviewClient.of(client, "", "the webhook");
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  private static ObjectNode review() {
    return JsonNodeFactory.instance.objectNode().put("kind", "TokenReview");
  }

  private void assertFails(Answer answer, String message) {
    answers.add(answer);
    assertThatThrownBy(() -> reviews.call(review()))
        .isInstanceOf(ReviewException.class)
        .hasMessage(message);
    assertThat(answers).isEmpty();
  }

  @Test
  void reviewGoesToTheUrlOfTheKubeconfigAsItsUser() throws Exception {
    answers.add(new Answer(201, "{\"kind\":\"TokenReview\",\"status\":{\"authenticated\":true}}"));
    assertThat(reviews.call(review()).at("/status/authenticated").asBoolean()).isTrue();
    assertThat(asked).containsExactly("/authorize Bearer s3cret {\"kind\":\"TokenReview\"}");
  }

  @Test
  void faultThatPassesIsAskedAgain() throws Exception {
    answers.add(new Answer(429, "{}"));
    answers.add(new Answer(200, "{\"kind\":\"TokenReview\"}"));
    assertThat(reviews.call(review()).path("kind").asText()).isEqualTo("TokenReview");
    assertThat(asked).hasSize(2);
  }

  @Test
  void otherAnswersAreNone() {
    assertFails(
        new Answer(403, "{\"kind\":\"Status\",\"message\":\"tokenreviews is forbidden\"}"),
        "answered 403 tokenreviews is forbidden");
    assertFails(new Answer(404, "404 page not found"), "answered 404 ");
    assertFails(new Answer(200, "hello"), "the answer is no TokenReview");
    assertFails(
        new Answer(200, "{\"kind\":\"SubjectAccessReview\",\"status\":{\"allowed\":true}}"),
        "the answer is no TokenReview");
    assertFails(
        new Answer(200, " ".repeat((4 << 20) + 1)),
        "ProtocolException: the answer has more than 4194304 bytes");
  }

  @Test
  void serverThatIsGoneIsNotWaitedFor() {
    server.stop(0);
    assertThatThrownBy(() -> reviews.call(review()))
        .isInstanceOf(ReviewException.class)
        .hasMessageContaining("ConnectException");
  }
}
