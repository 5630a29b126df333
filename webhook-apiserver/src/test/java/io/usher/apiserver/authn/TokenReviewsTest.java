package io.usher.apiserver.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.review.ReviewException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenReviewsTest {

  private final List<String> asked = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private String answer = "{\"status\": {}}";
  private final TokenReviews reviews =
      new TokenReviews(this::answer, "v1", TokenReviews.DELEGATED_LIFE, nanos::get);

  private JsonNode answer(ObjectNode review) throws ReviewException {
    asked.add(review.toString());
    try {
      return new JsonMapper().readTree(answer);
    } catch (Exception e) {
      throw new ReviewException("connection refused", false);
    }
  }

  private void assertRefused(String why) {
    assertThatThrownBy(() -> reviews.authenticate(Requests.bearer("t0k3n")))
        .isInstanceOf(ApiException.class)
        .hasMessage(why);
  }

  @Test
  void knownTokenIsWhoTheAnswerSays() {
    answer =
        """
        {"status": {"authenticated": true, "user": {"username": "alice", "uid": "1",
          "groups": ["devs"], "extra": {"scopes": ["read"]}}}}""";
    for (int i = 0; i < 2; i++) {
      assertThat(reviews.authenticate(Requests.bearer("t0k3n")))
          .isEqualTo(
              new UserInfo("alice", "1", List.of("devs"), Map.of("scopes", List.of("read"))));
    }
    assertThat(asked)
        .containsExactly(
            "{\"kind\":\"TokenReview\",\"apiVersion\":\"authentication.k8s.io/v1\",\"metadata\":{},"
                + "\"spec\":{\"token\":\"t0k3n\"}}");
  }

  @Test
  void unknownTokenIsRefusedAndRemembered() {
    assertRefused("invalid bearer token");
    assertRefused("invalid bearer token");
    assertThat(asked).hasSize(1);
    nanos.addAndGet(TokenReviews.DELEGATED_LIFE.toNanos());
    answer = "{\"status\": {\"error\": \"token has expired\"}}";
    assertRefused("token has expired");
  }

  @Test
  void serverThatDoesNotAnswerKnowsNobody() {
    answer = "no JSON";
    assertRefused("TokenReview: connection refused");
    answer = "{\"status\": {\"authenticated\": true, \"user\": {\"username\": \"alice\"}}}";
    assertThat(reviews.authenticate(Requests.bearer("t0k3n")).username()).isEqualTo("alice");
  }

  @Test
  void requestWithoutATokenIsNotAskedFor() {
    assertThat(reviews.authenticate(Requests.anonymous())).isNull();
    assertThat(reviews.authenticate(Requests.basic("alice", "secret"))).isNull();
    assertThat(asked).isEmpty();
  }
}
