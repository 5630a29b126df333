package io.usher.engine.conversion;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.engine.Deadline;
import io.usher.engine.GivenUpRules;
import io.usher.engine.Review;
import io.usher.engine.ReviewAnswer;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.webhook.ConversionTarget;
import io.usher.webhook.WebhookRegistration;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whatever is posted is refused in one way, or answered with as many objects, each with the kind,
 * the spec and the metadata that strict Jackson reads, or with a failure that has a message.
 */
class ConversionReviewFuzzTest {

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final String KIND = "Tab.example.com";

  private static final ConversionHandler HANDLER =
      new ConversionHandler(
          WebhookRegistration.named("fuzz.example.com")
              .converting(
                  "up", ConversionTarget.ofTrees(KIND, "v1alpha1", "v1"), (tab, context) -> tab)
              .converting(
                  "down",
                  ConversionTarget.ofTrees(KIND, "v1", "v1alpha1"),
                  (tab, context) -> {
                    tab.fieldNames().forEachRemaining(name -> tab.get(name).hashCode());
                    return tab;
                  })
              .build(),
          ConversionHandler.LIMITS,
          GivenUpRules.NONE);

  @FuzzTest
  void answers(byte[] body) throws Exception {
    var failed = new AtomicReference<Throwable>();
    var observer =
        new ReviewObserver.Some() {
          @Override
          public void reviewFailed(ReviewIdentity review, String what, Throwable cause) {
            failed.set(cause);
          }
        };
    ReviewAnswer answer =
        Review.uncounted(
                HANDLER, "POST /convert/x", body.clone(), Deadline.after(Duration.ofMinutes(1)))
            .answerHere(observer);

    assertThat(failed.get()).isNull();
    if (answer.status() != 200) {
      assertThat(answer.status()).as(new String(answer.body(), UTF_8)).isIn(400, 413);
      return;
    }
    JsonNode request = STRICT.readTree(body).path("request");
    JsonNode response = STRICT.readTree(answer.body()).path("response");
    assertThat(response.path("uid")).isEqualTo(request.path("uid"));
    if (response.at("/result/status").asText().equals("Failed")) {
      assertThat(response.at("/result/message").asText()).isNotEmpty();
      return;
    }
    JsonNode converted = response.path("convertedObjects");
    assertThat(converted).hasSize(request.path("objects").size());
    for (int i = 0; i < converted.size(); i++) {
      ObjectNode expected = request.path("objects").get(i).deepCopy();
      expected.set("apiVersion", request.path("desiredAPIVersion"));
      assertThat(converted.get(i)).isEqualTo(expected);
    }
  }
}
