package io.usher.engine.authorization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.usher.admission.UserInfo;
import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.authorization.NonResourceAttributes;
import io.usher.authorization.ResourceAttributes;
import io.usher.authorization.SelectorRequirement;
import io.usher.authorization.SelectorRequirement.Operator;
import io.usher.engine.Deadline;
import io.usher.engine.Review;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.ReviewLimits;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewObserver;
import io.usher.observe.ReviewOutcome;
import io.usher.rule.ReviewRule;
import io.usher.webhook.WebhookBuilder;
import io.usher.webhook.WebhookRegistration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubjectAccessReviewTest {

  private static final AuthorizationRequest SELECTING =
      AuthorizationRequest.of(
          new UserInfo("alice", "42", List.of("developers"), Map.of("team", List.of("shop"))),
          ResourceAttributes.of("list", "deployments", "shop", "web")
              .in("apps", "v1")
              .subresource("scale")
              .selecting(
                  List.of(new SelectorRequirement("spec.nodeName", Operator.IN, List.of("node-1"))),
                  List.of(
                      new SelectorRequirement("app", Operator.NOT_IN, List.of("a", "b")),
                      new SelectorRequirement("team", Operator.EXISTS, List.of()))));

  private final List<FinishedReview> finished = new ArrayList<>();
  private final List<AuthorizationRequest> seen = new ArrayList<>();

  private final ReviewObserver observer =
      new ReviewObserver.Some() {
        @Override
        public void reviewFinished(FinishedReview review) {
          finished.add(review);
        }
      };

  @Test
  void ruleSeesAllThatIsAsked() {
    answer(rules(this::see), body(SELECTING));

    assertThat(seen).containsExactly(SELECTING);
    assertThat(SELECTING.describe()).isEqualTo("list deployments.apps/scale shop/web");
  }

  @Test
  void ruleSeesAPath() {
    var healthz =
        AuthorizationRequest.of(UserInfo.of("alice"), new NonResourceAttributes("/healthz", "get"));

    answer(rules(this::see), body(healthz));

    assertThat(seen).containsExactly(healthz);
    assertThat(healthz.describe()).isEqualTo("get /healthz");
    assertThat(healthz.verb()).isEqualTo("get");
  }

  /** The captured body of kube-apiserver's first version names the groups otherwise. */
  @Test
  void groupsAreThoseOfTheVersion() {
    String captured =
        """
        {"kind":"SubjectAccessReview","spec":{"nonResourceAttributes":{"path":"/","verb":"get"},
        "user":"alice","group":["old"],"groups":["new"]},"apiVersion":"authorization.k8s.io/%s"}""";

    answer(rules(this::see), captured.formatted("v1beta1").getBytes(UTF_8));
    answer(rules(this::see), captured.formatted("v1").getBytes(UTF_8));

    assertThat(seen)
        .extracting(request -> request.user().groups())
        .containsExactly(List.of("old"), List.of("new"));
  }

  @Test
  void requirementThatNobodyKnowsIsLeftOut() {
    byte[] body =
        new String(body(SELECTING), UTF_8).replace("\"NotIn\"", "\"Near\"").getBytes(UTF_8);

    answer(rules(this::see), body);

    assertThat(seen.get(0).resource().labelSelector())
        .containsExactly(new SelectorRequirement("team", Operator.EXISTS, List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v1|ALLOW|'allowed':true,'reason':'because'|ALLOWED",
        "v1beta1|ALLOW|'allowed':true,'reason':'because'|ALLOWED",
        "v1|DENY|'allowed':false,'denied':true,'reason':'because'|DENIED",
        "v1beta1|NO_OPINION|'allowed':false,'reason':'because'|NO_OPINION",
      })
  void answerEchoesTheVersion(
      String version, Authorization.Outcome decided, String status, ReviewOutcome outcome) {
    byte[] body =
        SubjectAccessReviewBody.of(SELECTING)
            .put("apiVersion", "authorization.k8s.io/" + version)
            .toString()
            .replace("\"groups\"", version.equals("v1") ? "\"groups\"" : "\"group\"")
            .getBytes(UTF_8);

    String answer =
        answer(rules((request, context) -> new Authorization(decided, "because", "")), body);

    assertThat(answer)
        .isEqualTo(
            "{'kind':'SubjectAccessReview','apiVersion':'authorization.k8s.io/VERSION','status':{STATUS}}"
                .replace("VERSION", version)
                .replace("STATUS", status)
                .replace('\'', '"'));
    assertThat(finished.get(0).outcome()).isEqualTo(outcome);
    assertThat(finished.get(0).message()).isEqualTo("because");
  }

  @Test
  void firstOpinionDecides() {
    String answer =
        answer(
            rules(
                (request, context) -> Authorization.noOpinion("one does not know"),
                (request, context) -> Authorization.deny("two says no"),
                (request, context) -> Authorization.allow("three says yes")),
            body(SELECTING));

    assertThat(answer)
        .endsWith("\"status\":{\"allowed\":false,\"denied\":true,\"reason\":\"two says no\"}}");
    assertThat(finished.get(0).rule()).isEqualTo("rule1");
  }

  @Test
  void reasonsOfAllTellWhyNobodyDecides() {
    String answer =
        answer(
            rules(
                (request, context) -> Authorization.noOpinion("one does not know"),
                (request, context) -> Authorization.unknown("two has no policy"),
                (request, context) -> Authorization.noOpinion("three does not care")),
            body(SELECTING));

    assertThat(answer)
        .endsWith(
            "\"status\":{\"allowed\":false,\"reason\":\"one does not know, three does not"
                + " care\",\"evaluationError\":\"two has no policy\"}}");
    assertThat(finished.get(0).rule()).isNull();
  }

  @Test
  void ruleThatFailsMayHaveDenied() {
    ReviewAnswer answer =
        run(
            rules(
                (request, context) -> {
                  throw new IllegalStateException("no policy");
                },
                (request, context) -> Authorization.allow("")),
            body(SELECTING));

    assertThat(answer.status()).isEqualTo(500);
    assertThat(new String(answer.body(), UTF_8)).isEqualTo("rule rule0 failed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'user':'alice'|exactly one of spec.resourceAttributes and spec.nonResourceAttributes",
        "'user':'alice','resourceAttributes':null|exactly one of spec.resourceAttributes",
        "'user':'alice','resourceAttributes':{},'nonResourceAttributes':{}|exactly one of",
        "'resourceAttributes':{'verb':'get'}|spec.user is missing",
        "'user':'alice','resourceAttributes':{'verb':7}|/spec/resourceAttributes/verb is not a string",
      })
  void bodyThatAsksNothingIsRefused(String spec, String message) {
    String body =
        "{'kind':'SubjectAccessReview','apiVersion':'authorization.k8s.io/v1','spec':{SPEC}}"
            .replace("SPEC", spec)
            .replace('\'', '"');

    ReviewAnswer answer = run(rules(this::see), body.getBytes(UTF_8));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(new String(answer.body(), UTF_8)).contains(message);
  }

  private Authorization see(AuthorizationRequest request, Object context) {
    seen.add(request);
    return Authorization.noOpinion();
  }

  @SafeVarargs
  private static AuthorizationHandler rules(
      ReviewRule<AuthorizationRequest, Authorization>... rules) {
    WebhookBuilder builder = WebhookRegistration.named("doors.example.com");
    for (int i = 0; i < rules.length; i++) {
      builder.authorizing("rule" + i, i, rules[i]);
    }
    return new AuthorizationHandler(builder.build(), ReviewLimits.DEFAULT);
  }

  private static byte[] body(AuthorizationRequest request) {
    return SubjectAccessReviewBody.of(request).toString().getBytes(UTF_8);
  }

  private String answer(AuthorizationHandler handler, byte[] body) {
    ReviewAnswer answer = run(handler, body);
    assertThat(answer.status()).isEqualTo(200);
    return new String(answer.body(), UTF_8);
  }

  private ReviewAnswer run(AuthorizationHandler handler, byte[] body) {
    return Review.uncounted(
            handler, "POST /authorize/x", body, Deadline.after(Duration.ofMinutes(1)))
        .answerHere(observer);
  }
}
