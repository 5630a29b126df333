package io.usher.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Authorizer;
import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.authorization.ResourceAttributes;
import io.usher.certs.CertificateAuthority.Purpose;
import io.usher.certs.CertifiedKey;
import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.PemFile;
import io.usher.config.ConfigurationException;
import io.usher.config.PathScoped;
import io.usher.engine.authentication.TokenReviewBody;
import io.usher.engine.authorization.SubjectAccessReviewBody;
import io.usher.http.CallerSettings;
import io.usher.http.HttpSettings;
import io.usher.rule.ReviewRuleDefinition;
import io.usher.webhook.DoorRules;
import io.usher.webhook.WebhookRegistration;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** TokenReviews and SubjectAccessReviews at a running server. */
@Timeout(60)
class DoorsIT {

  private static final String AUTHENTICATE = "/authenticate/doors.example.com";
  private static final String AUTHORIZE = "/authorize/doors.example.com";

  private static final List<String> TOKENS =
      List.of("known-7f3a91c2", "unknown-52d0e8b4", "refused-c94e17aa", "thrown-e01b6d35");

  private static final AuthorizationRequest GET =
      AuthorizationRequest.of(
          UserInfo.of("alice", "developers"), ResourceAttributes.of("get", "pods", "shop", "web"));

  @TempDir private Path directory;

  @Test
  void withoutClientCaItDoesNotStart() {
    assertThatThrownBy(() -> start(config -> config.webhooks(doors())))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("who calls /authenticate/doors.example.com learns whose a token is")
        .hasMessageContaining("client-ca=/authenticate/doors.example.com=FILE")
        .hasMessageContaining("authenticate=/authenticate/doors.example.com=anyone");
  }

  @Test
  void whoShowsACertificateIsAnswered() throws Exception {
    var clients = new DevelopmentCertificates(Clock.systemUTC());
    Path ca =
        Files.writeString(directory.resolve("clients.crt"), PemFile.text(clients.authority()));
    CertifiedKey apiServer = clients.issue(Purpose.CLIENT, "kube-apiserver", List.of());
    try (var server =
        start(
            config ->
                config
                    .webhooks(doors())
                    .set(CallerSettings.CLIENT_CA, List.of(PathScoped.everywhere(ca))))) {

      assertThat(post(server, apiServer, AUTHENTICATE, token(TOKENS.get(0))).body())
          .endsWith(
              "\"status\":{\"authenticated\":true,\"user\":{\"username\":\"alice\",\"groups\":[\"developers\"]}}}");
      assertThat(post(server, apiServer, AUTHORIZE, access()).body())
          .endsWith("\"status\":{\"allowed\":true,\"reason\":\"developers read\"}}");
      assertThat(post(server, null, AUTHENTICATE, token(TOKENS.get(0))).statusCode())
          .isEqualTo(401);
      assertThat(post(server, null, AUTHORIZE, access()).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void whatIsOpenedIsOpen() throws Exception {
    try (var server = open(config -> config.webhooks(doors()))) {
      assertThat(post(server, null, AUTHENTICATE, token(TOKENS.get(0))).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void bodiesAreSmallerThanThoseOfAdmission() throws Exception {
    try (var server =
        open(config -> config.webhooks(doors()).set(HttpSettings.MAX_ACCESS_BODY, 1_000))) {
      var answer = post(server, null, AUTHENTICATE, token("x".repeat(2_000)));

      assertThat(answer.statusCode()).isEqualTo(413);
      assertThat(answer.body()).contains("more than 1000");
    }
  }

  @Test
  void partsJoinRulesInTheirOrder() throws Exception {
    Authorizer denying = (user, request) -> Authorizer.Decision.deny(request.verb() + " of a part");
    var denyingFirst = ReviewRuleDefinition.of("part", -1, new AuthorizerRule(denying));
    DoorParts parts =
        webhooks ->
            webhooks.stream()
                .map(
                    each ->
                        each.joinedBy(
                            new DoorRules(
                                List.of(
                                    ReviewRuleDefinition.of(
                                        "revoked",
                                        -1,
                                        (request, context) -> Authentication.refused("revoked"))),
                                List.of(denyingFirst))))
                .toList();
    try (var server = open(config -> config.webhooks(doors()).doors(parts))) {
      assertThat(post(server, null, AUTHENTICATE, token(TOKENS.get(0))).body())
          .endsWith("\"status\":{\"authenticated\":false,\"error\":\"revoked\"}}");
      assertThat(post(server, null, AUTHORIZE, access()).body())
          .endsWith("\"status\":{\"allowed\":false,\"denied\":true,\"reason\":\"get of a part\"}}");
    }
  }

  @Test
  void noLogAndNoMetricTellsAToken() throws Exception {
    var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level before = root.getLevel();
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    root.addAppender(lines);
    root.setLevel(Level.TRACE);
    String answers = "";
    String metrics;
    try (var server = open(config -> config.webhooks(doors()))) {
      for (String token : TOKENS) {
        answers += post(server, null, AUTHENTICATE, token(token)).body();
        String broken = token(token).replace("\"spec\"", token + "\"spec\"");
        answers += post(server, null, AUTHENTICATE, broken).body();
      }
      metrics = metrics(server);
    } finally {
      root.setLevel(before);
      root.detachAppender(lines);
    }
    String log =
        lines.list.stream()
            .filter(event -> event.getLoggerName().startsWith("io.usher"))
            .map(DoorsIT::text)
            .collect(Collectors.joining("\n"));

    assertThat(log).contains("rule throw failed on a token").contains("user=\"alice\"");
    assertThat(metrics)
        .contains(
            "usher_access_reviews_total{decision=\"allowed\",kind=\"authentication\",webhook=\"doors.example.com\"} 1.0")
        .contains(
            "usher_access_reviews_total{decision=\"denied\",kind=\"authentication\",webhook=\"doors.example.com\"} 1.0")
        .contains("usher_reviews_rejected_total{status=\"400\",webhook=\"doors.example.com\"} 4.0")
        .contains("usher_rule_errors_total{rule=\"throw\",webhook=\"doors.example.com\"} 1.0");
    for (String token : TOKENS) {
      assertThat(log + metrics + answers).doesNotContain(token);
    }
  }

  private static String text(ILoggingEvent event) {
    var thrown = event.getThrowableProxy();
    return event.getFormattedMessage()
        + " "
        + event.getKeyValuePairs()
        + (thrown == null ? "" : ThrowableProxyUtil.asString(thrown));
  }

  private static WebhookRegistration doors() {
    return WebhookRegistration.named("doors.example.com")
        .authenticating(
            "know",
            0,
            (request, context) ->
                request.token().startsWith("known")
                    ? Authentication.user(UserInfo.of("alice", "developers"))
                    : Authentication.notMine("what is " + request.token() + "?"))
        .authenticating(
            "refuse",
            1,
            (request, context) ->
                request.token().startsWith("refused")
                    ? Authentication.refused("revoked: " + request.token())
                    : Authentication.notMine())
        .authenticating(
            "throw",
            2,
            (request, context) -> {
              if (request.token().startsWith("thrown")) {
                throw new IllegalArgumentException("can't read " + request.token());
              }
              return Authentication.notMine();
            })
        .authorizing(
            "read",
            0,
            (request, context) ->
                request.verb().equals("get")
                    ? Authorization.allow("developers read")
                    : Authorization.noOpinion())
        .build();
  }

  private UsherServer open(Consumer<UsherConfig> configure) {
    return start(
        config -> {
          config.set(
              CallerSettings.AUTHENTICATE,
              List.of(
                  new PathScoped<>(AUTHENTICATE, "anyone"), new PathScoped<>(AUTHORIZE, "anyone")));
          configure.accept(config);
        });
  }

  private UsherServer start(Consumer<UsherConfig> configure) {
    return UsherServer.create(
            config -> {
              config
                  .set(HttpSettings.HOST, "127.0.0.1")
                  .set(HttpSettings.PORT, 0)
                  .set(HttpSettings.HEALTH_HOST, "127.0.0.1")
                  .set(HttpSettings.HEALTH_PORT, 0)
                  .set(ServerSettings.SHUTDOWN_DELAY, Duration.ZERO)
                  .set(CertificateSettings.DEV_CERTS, directory.resolve("tls"));
              configure.accept(config);
            })
        .start();
  }

  private static String token(String token) {
    return TokenReviewBody.of(AuthenticationRequest.of(token)).toString();
  }

  private static String access() {
    return SubjectAccessReviewBody.of(GET).toString();
  }

  private HttpResponse<String> post(
      UsherServer server, @Nullable CertifiedKey own, String path, String body) throws Exception {
    // HTTP/2, as the API server: a body that is refused while it is sent ends its stream alone.
    return TrustingClient.of(directory.resolve("tls/ca.crt"), own)
        .build()
        .send(
            HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static String metrics(UsherServer server) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + server.healthPort() + "/metrics"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
