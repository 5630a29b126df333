package io.usher.engine.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.usher.authorization.Authorization;
import io.usher.authorization.ResourceAttributes;
import io.usher.engine.MemoryBudget;
import io.usher.engine.ProtocolException;
import io.usher.engine.ReviewLimits;
import io.usher.engine.ReviewMemory;
import java.io.IOException;

/** Reads only what strict Jackson reads, and reads the same; refuses all else in one way. */
class SubjectAccessReviewCodecFuzzTest {

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final SubjectAccessReviewCodec CODEC =
      new SubjectAccessReviewCodec(ReviewLimits.DEFAULT);

  @FuzzTest
  void reads(byte[] body) throws Exception {
    var memory = new ReviewMemory(new MemoryBudget(Long.MAX_VALUE).begin(() -> {}), 100);
    SubjectAccessReview review;
    try {
      review = CODEC.decode(body.clone(), memory);
    } catch (ProtocolException e) {
      assertThat(e.status()).isIn(400, 413);
      return;
    }
    JsonNode spec = strictly(body).path("spec");
    assertThat(review.request().user().username()).isEqualTo(text(spec, "user"));
    ResourceAttributes resource = review.request().resource();
    JsonNode attributes =
        spec.path(resource == null ? "nonResourceAttributes" : "resourceAttributes");
    assertThat(review.request().verb()).isEqualTo(text(attributes, "verb"));
    if (resource != null) {
      assertThat(resource.name()).isEqualTo(text(attributes, "name"));
      assertThat(resource.namespace()).isEqualTo(text(attributes, "namespace"));
      // What is not known is left out.
      assertThat(resource.labelSelector())
          .hasSizeLessThanOrEqualTo(attributes.at("/labelSelector/requirements").size());
    }
    JsonNode answer = strictly(CODEC.encode(review, Authorization.deny("no"), memory));
    assertThat(answer.path("apiVersion").asText()).isEqualTo(review.apiVersion());
    assertThat(answer.at("/status/allowed").asBoolean()).isFalse();
  }

  private static String text(JsonNode object, String member) {
    return object.path(member).asText("");
  }

  private static JsonNode strictly(byte[] json) {
    try {
      return STRICT.readTree(json);
    } catch (IOException e) {
      throw new AssertionError("strict Jackson refuses it", e);
    }
  }
}
