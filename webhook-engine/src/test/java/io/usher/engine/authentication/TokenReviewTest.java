package io.usher.engine.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.admission.UserInfo;
import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
import io.usher.engine.Deadline;
import io.usher.engine.Review;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.ReviewExecutor;
import io.usher.engine.ReviewLimits;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.observe.ReviewOutcome;
import io.usher.rule.ReviewRule;
import io.usher.webhook.WebhookBuilder;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenReviewTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A JWT's form; its parts are as secret as the whole. */
  private static final String TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLW9m";

  private static final UserInfo ALICE =
      new UserInfo(
          "alice", "42", List.of("developers", "oncall"), Map.of("team", List.of("shop", "pay")));

  private final List<FinishedReview> finished = new ArrayList<>();
  private final StringWriter told = new StringWriter();

  /** Writes down all that a log could tell. */
  private final ReviewObserver observer =
      new ReviewObserver.Some() {
        @Override
        public void reviewFinished(FinishedReview review) {
          finished.add(review);
          told.write(review.toString());
        }

        @Override
        public void ruleFailed(
            ReviewIdentity review, String rule, String what, boolean skipped, Throwable cause) {
          told.write(rule + " failed on " + what + (skipped ? ", skipped" : "") + "\n");
          cause.printStackTrace(new PrintWriter(told, true));
        }
      };

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v1beta1"})
  void answerEchoesTheVersion(String version) throws IOException {
    var handler = rules((request, context) -> Authentication.user(ALICE));

    assertThat(answer(handler, review(version)))
        .isEqualTo(
            """
            {"kind":"TokenReview","apiVersion":"authentication.k8s.io/VERSION","status":{"authenticated":true,"user":{"username":"alice","uid":"42","groups":["developers","oncall"],"extra":{"team":["shop","pay"]}}}}"""
                .replace("VERSION", version));
    assertThat(finished).singleElement().extracting(FinishedReview::rule).isEqualTo("rule0");
    assertThat(finished.get(0).outcome()).isEqualTo(ReviewOutcome.ALLOWED);
  }

  @Test
  void firstThatKnowsTheTokenAnswers() throws IOException {
    var handler =
        rules(
            (request, context) -> Authentication.notMine("not of issuer one"),
            (request, context) -> Authentication.user(UserInfo.of(request.token())),
            (request, context) -> Authentication.user(ALICE));

    assertThat(answer(handler, review("v1", "abc")))
        .contains("\"authenticated\":true,\"user\":{\"username\":\"abc\"}");
    assertThat(finished.get(0).rule()).isEqualTo("rule1");
  }

  @Test
  void whatNobodyKnowsIsNotAuthenticated() throws IOException {
    var handler =
        rules(
            (request, context) -> Authentication.notMine("not of issuer one"),
            (request, context) -> Authentication.notMine(),
            (request, context) -> Authentication.notMine("not of issuer two"));

    assertThat(answer(handler, review("v1")))
        .endsWith(
            "\"status\":{\"authenticated\":false,\"error\":\"not of issuer one, not of issuer"
                + " two\"}}");
    assertThat(finished.get(0).outcome()).isEqualTo(ReviewOutcome.NO_OPINION);
  }

  @Test
  void refusalEndsTheSearch() throws IOException {
    var handler =
        rules(
            (request, context) -> Authentication.refused("the token is revoked"),
            (request, context) -> Authentication.user(ALICE));

    assertThat(answer(handler, review("v1")))
        .endsWith("\"status\":{\"authenticated\":false,\"error\":\"the token is revoked\"}}");
    assertThat(finished.get(0).outcome()).isEqualTo(ReviewOutcome.DENIED);
  }

  @ParameterizedTest
  @CsvSource({
    "'api', 'api vault', 'api'",
    "'api vault', 'vault other', 'vault'",
    "'api', '', ''",
    "'', 'vault', ''"
  })
  void audiencesAreThoseOfBoth(String asked, String of, String told) throws IOException {
    var handler = rules((request, context) -> Authentication.user(ALICE).forAudiences(words(of)));
    byte[] body =
        JSON.writeValueAsBytes(TokenReviewBody.of(new AuthenticationRequest("t", words(asked))));

    var status = JSON.readTree(answer(handler, body)).path("status");

    assertThat(status.path("authenticated").asBoolean()).isTrue();
    assertThat(status.path("audiences")).map(each -> each.asText()).isEqualTo(words(told));
  }

  @Test
  void tokenForOthersIsLeftToTheNextRule() throws IOException {
    var handler =
        rules(
            (request, context) -> Authentication.user(ALICE).forAudiences(List.of("vault")),
            (request, context) -> Authentication.notMine());
    byte[] body =
        JSON.writeValueAsBytes(TokenReviewBody.of(new AuthenticationRequest("t", List.of("api"))));

    assertThat(answer(handler, body))
        .endsWith(
            "{\"authenticated\":false,\"error\":\"the token is for none of the audiences that are"
                + " asked for\"}}");
  }

  @Test
  void ruleThatFailsKnowsNobody() throws IOException {
    var handler =
        rules(
            (request, context) -> {
              throw new IOException("connect to the issuer");
            },
            (request, context) -> Authentication.user(ALICE));

    assertThat(answer(handler, review("v1"))).contains("\"username\":\"alice\"");
    assertThat(told.toString()).contains("rule0 failed on a token, skipped");
  }

  @Test
  void callFailsWhenARuleFailedAndNobodyKnowsTheToken() {
    var handler =
        rules(
            (request, context) -> {
              throw new IOException("connect to the issuer");
            },
            (request, context) -> Authentication.notMine());

    ReviewAnswer answer = run(handler, review("v1"));

    assertThat(answer.status()).isEqualTo(500);
    assertThat(new String(answer.body(), UTF_8)).isEqualTo("rule rule0 failed");
    assertThat(finished.get(0).outcome()).isEqualTo(ReviewOutcome.FAILED);
  }

  @Test
  void ruleThatHangsLeavesHalfOfTheTimeToThoseBehindIt() throws Exception {
    var forever = new CountDownLatch(1);
    var handler =
        rules(
            (request, context) -> {
              forever.await();
              return Authentication.notMine();
            },
            (request, context) -> Authentication.user(ALICE));
    var answer = new CompletableFuture<ReviewAnswer>();
    try (var executor = new ReviewExecutor(new ReviewExecutor.Settings(1, 8, 2, 100), observer)) {
      executor.submit(
          Review.uncounted(
              handler, "POST /authenticate/x", review("v1"), Deadline.after(Duration.ofSeconds(2))),
          answer::complete);

      assertThat(answer.get().status()).isEqualTo(200);
      assertThat(new String(answer.get().body(), UTF_8)).contains("\"username\":\"alice\"");
      forever.countDown();
    }
  }

  @Test
  void nothingTellsTheToken() {
    var handler =
        rules(
            (request, context) ->
                Authentication.notMine("no such token: " + request.token().substring(0, 20)),
            (request, context) -> {
              throw new IllegalStateException(
                  "read " + request.token(), new IOException("at " + TOKEN.split("\\.")[1]));
            },
            (request, context) -> Authentication.refused("revoked: " + request.token()));

    ReviewAnswer answer = run(handler, review("v1"));

    assertThat(new String(answer.body(), UTF_8)).contains("revoked: (token)");
    assertThat(told.toString()).contains("read (token)").contains("at (token)");
    for (String part : TOKEN.split("\\.")) {
      assertThat(told.toString() + new String(answer.body(), UTF_8)).doesNotContain(part);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|apiVersion",
        "[]|the body is not an object",
        "{'kind':'TokenReview','apiVersion':'authentication.k8s.io/v1'}|spec.token is missing",
        "{'kind':'TokenReview','apiVersion':'authentication.k8s.io/v1','spec':{'token':7}}"
            + "|(not shown) is not a string",
        "{'kind':'TokenReview','apiVersion':'authentication.k8s.io/v2','spec':{'token':'SECRET'}}"
            + "|is not TokenReview of authentication.k8s.io/v1 or v1beta1",
        "{'spec':{'token':'SECRET','SECRET':1,'SECRET':2}}|duplicate name \"(not shown)\"",
        "{'spec':{'token':SECRET|(not shown)",
        "SECRET|(not shown)",
        "{'kind':'SECRET'|(not shown) at line: 1, column: 17",
      })
  void bodyThatIsNoReviewIsRefusedWithoutQuotingIt(String body, String message) {
    var handler = rules((request, context) -> Authentication.user(ALICE));

    ReviewAnswer answer = run(handler, body.replace('\'', '"').getBytes(UTF_8));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(new String(answer.body(), UTF_8).replace("\\\"", "\""))
        .contains("decode TokenReview: ")
        .contains(message)
        .doesNotContain("SECRET");
  }

  @SafeVarargs
  private static AuthenticationHandler rules(
      ReviewRule<AuthenticationRequest, Authentication>... rules) {
    WebhookBuilder builder = WebhookRegistration.named("doors.example.com");
    for (int i = 0; i < rules.length; i++) {
      builder.authenticating("rule" + i, i, rules[i]);
    }
    return new AuthenticationHandler(builder.build(), ReviewLimits.DEFAULT);
  }

  private static byte[] review(String version) {
    return review(version, TOKEN);
  }

  private static byte[] review(String version, String token) {
    return TokenReviewBody.of(AuthenticationRequest.of(token))
        .put("apiVersion", "authentication.k8s.io/" + version)
        .toString()
        .getBytes(UTF_8);
  }

  private String answer(AuthenticationHandler handler, byte[] body) {
    ReviewAnswer answer = run(handler, body);
    assertThat(answer.status()).isEqualTo(200);
    return new String(answer.body(), UTF_8);
  }

  private ReviewAnswer run(AuthenticationHandler handler, byte[] body) {
    return Review.uncounted(
            handler, "POST /authenticate/x", body, Deadline.after(Duration.ofMinutes(1)))
        .answerHere(observer);
  }

  private static List<String> words(@Nullable String text) {
    return text == null || text.isEmpty() ? List.of() : List.of(text.split(" "));
  }
}
