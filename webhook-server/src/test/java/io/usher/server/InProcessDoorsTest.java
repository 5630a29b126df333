package io.usher.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.authn.TokenReviews;
import io.usher.apiserver.authz.SubjectAccessReviews;
import io.usher.apiserver.authz.SubjectAccessReviews.Life;
import io.usher.authentication.Authentication;
import io.usher.authorization.Authorization;
import io.usher.rule.Door;
import io.usher.webhook.WebhookRegistration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An API server asks the rules of its own process whose a token is, and who may. */
class InProcessDoorsTest {

  private static final String NAME = "doors.example.com";

  private static final WebhookRegistration DOORS =
      WebhookRegistration.named(NAME)
          .authenticating(
              "know",
              0,
              (request, context) ->
                  request.token().equals("right")
                      ? Authentication.user(UserInfo.of("alice", "developers"))
                      : Authentication.notMine("who is that?"))
          .authorizing(
              "read",
              0,
              (request, context) ->
                  request.verb().equals("get")
                      ? Authorization.allow(request.user().username() + " reads")
                      : Authorization.deny("read only"))
          .build();

  @Test
  void rulesKnowCallers() {
    try (var webhooks = InProcessWebhooks.load(config -> config.webhooks(DOORS))) {
      var tokens =
          new TokenReviews(
              webhooks.reviews(NAME, Door.AUTHENTICATION), "v1", Duration.ZERO, System::nanoTime);

      assertThat(tokens.authenticate(bearing("right")))
          .isEqualTo(UserInfo.of("alice", "developers"));
      assertThatThrownBy(() -> tokens.authenticate(bearing("wrong")))
          .isInstanceOf(ApiException.class)
          .hasMessageContaining("who is that?");
    }
  }

  @Test
  void rulesDecide() {
    var life = new Life(Duration.ZERO, Duration.ZERO);
    try (var webhooks = InProcessWebhooks.load(config -> config.webhooks(DOORS))) {
      var access =
          new SubjectAccessReviews(
              webhooks.reviews(NAME, Door.AUTHORIZATION), "v1beta1", life, System::nanoTime);

      assertThat(access.authorize(UserInfo.of("alice"), request("get")))
          .isEqualTo(Authorizer.Decision.allow("alice reads"));
      assertThat(access.authorize(UserInfo.of("alice"), request("delete")))
          .isEqualTo(Authorizer.Decision.deny("read only"));
    }
  }

  @Test
  void webhookWithoutSuchRulesCantBeAsked() {
    try (var webhooks = InProcessWebhooks.load(config -> config.webhooks(DOORS))) {
      assertThatThrownBy(() -> webhooks.reviews("other.example.com", Door.AUTHORIZATION))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("webhook other.example.com has no @Authorizing rules");
    }
  }

  private static ApiRequest bearing(String token) {
    return ApiRequest.of("GET", "/")
        .withHeaders(Headers.of(Map.of("Authorization", List.of("Bearer " + token))));
  }

  private static RequestInfo request(String verb) {
    return new RequestInfo(true, "", verb, "", "v1", "shop", "pods", "", "web", List.of());
  }
}
