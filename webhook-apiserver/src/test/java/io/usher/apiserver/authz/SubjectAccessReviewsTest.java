package io.usher.apiserver.authz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Authorizer.Decision;
import io.usher.apiserver.api.Authorizer.Outcome;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.review.ReviewException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SubjectAccessReviewsTest {

  private static final UserInfo ALICE =
      new UserInfo("alice", "1", List.of("devs"), Map.of("scopes", List.of("read")));
  private static final RequestInfo REQUEST = Infos.of("get", "deployments.apps", "default", "web");

  private final List<String> asked = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private String answer = "{\"status\": {}}";

  private SubjectAccessReviews reviews = reviews("v1");

  private SubjectAccessReviews reviews(String version) {
    return new SubjectAccessReviews(
        this::answer, version, SubjectAccessReviews.Life.WEBHOOK, nanos::get);
  }

  private JsonNode answer(ObjectNode review) throws ReviewException {
    asked.add(review.toString());
    try {
      return new JsonMapper().readTree(answer);
    } catch (Exception e) {
      throw new ReviewException("connection refused", false);
    }
  }

  private Decision decide() {
    return reviews.authorize(ALICE, REQUEST);
  }

  private static RequestInfo selecting(String fields, String labels) {
    return new RequestInfo(
        true, "", "list", "", "v1", "default", "pods", "", "", List.of(), fields, labels);
  }

  @Test
  void answerDecides() {
    answer = "{\"status\": {\"allowed\": true, \"reason\": \"a role\"}}";
    assertThat(decide()).isEqualTo(Decision.allow("a role"));
    nanos.addAndGet(Duration.ofMinutes(5).toNanos());
    answer = "{\"status\": {\"denied\": true, \"reason\": \"never\"}}";
    assertThat(decide()).isEqualTo(Decision.deny("never"));
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    answer = "{\"status\": {\"allowed\": false, \"reason\": \"no rule\"}}";
    assertThat(decide()).isEqualTo(Decision.noOpinion("no rule"));
  }

  @Test
  void answerThatAllowsAndDeniesAllowsNothing() {
    answer = "{\"status\": {\"allowed\": true, \"denied\": true}}";
    assertThat(decide().outcome()).isEqualTo(Outcome.DENY);
    assertThat(decide().error()).contains("both allow and deny");
  }

  @Test
  void whatAllowsCountsLongerThanWhatDoesNot() {
    decide();
    answer = "{\"status\": {\"allowed\": true}}";
    nanos.addAndGet(Duration.ofSeconds(30).toNanos() - 1);
    assertThat(decide().allowed()).isFalse();
    nanos.addAndGet(1);
    assertThat(decide().allowed()).isTrue();
    answer = "{\"status\": {}}";
    nanos.addAndGet(Duration.ofMinutes(5).toNanos() - 1);
    assertThat(decide().allowed()).isTrue();
    nanos.addAndGet(1);
    assertThat(decide().allowed()).isFalse();
  }

  @Test
  void withoutAnAnswerNobodyIsAllowed() {
    answer = "no JSON";
    assertThat(decide()).isEqualTo(Decision.failed("SubjectAccessReview: connection refused"));
    answer = "{\"status\": {\"allowed\": true}}";
    assertThat(decide().allowed()).isTrue();
  }

  @Test
  void reviewHasAllAttributesOfAResource() {
    reviews.authorize(ALICE, Infos.of("get", "deployments.apps/scale", "default", "web"));
    assertThat(asked)
        .containsExactly(
            "{\"kind\":\"SubjectAccessReview\",\"apiVersion\":\"authorization.k8s.io/v1\","
                + "\"metadata\":{},\"spec\":{\"resourceAttributes\":{\"namespace\":\"default\","
                + "\"verb\":\"get\",\"group\":\"apps\",\"version\":\"v1\","
                + "\"resource\":\"deployments\",\"subresource\":\"scale\",\"name\":\"web\"},"
                + "\"user\":\"alice\",\"groups\":[\"devs\"],\"uid\":\"1\","
                + "\"extra\":{\"scopes\":[\"read\"]}}}");
  }

  @Test
  void reviewOfTheOldVersionNamesGroupsAsThatDoes() {
    reviews = reviews("v1beta1");
    reviews.authorize(UserInfo.of("bob", "ops"), Infos.path("get", "/metrics"));
    assertThat(asked)
        .containsExactly(
            "{\"kind\":\"SubjectAccessReview\",\"apiVersion\":\"authorization.k8s.io/v1beta1\","
                + "\"metadata\":{},\"spec\":{\"nonResourceAttributes\":{\"path\":\"/metrics\","
                + "\"verb\":\"get\"},\"user\":\"bob\",\"group\":[\"ops\"]}}");
  }

  @Test
  void selectorsArePartOfTheQuestion() {
    reviews.authorize(ALICE, selecting("spec.nodeName=a,status.phase!=Failed", "app in (x),!old"));
    assertThat(asked.get(0))
        .contains(
            "\"fieldSelector\":{\"requirements\":["
                + "{\"key\":\"spec.nodeName\",\"operator\":\"In\",\"values\":[\"a\"]},"
                + "{\"key\":\"status.phase\",\"operator\":\"NotIn\",\"values\":[\"Failed\"]}]}",
            "\"labelSelector\":{\"requirements\":["
                + "{\"key\":\"app\",\"operator\":\"In\",\"values\":[\"x\"]},"
                + "{\"key\":\"old\",\"operator\":\"DoesNotExist\"}]}");
    reviews.authorize(ALICE, selecting("spec.nodeName=b", ""));
    assertThat(asked).hasSize(2);
  }

  @Test
  void selectorThatIsNotUnderstoodAsksForMore() {
    reviews.authorize(ALICE, selecting("nonsense", "a >> 1"));
    assertThat(asked.get(0)).doesNotContain("Selector");
  }

  @Test
  void rulesOfAUserAreUnknown() {
    assertThat(reviews.rulesFor(ALICE, "default").evaluationError())
        .isEqualTo("webhook authorizer does not support user rule resolution");
  }
}
