package io.usher.engine.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.usher.admission.UserInfo;
import io.usher.authentication.Authentication;
import io.usher.engine.MemoryBudget;
import io.usher.engine.ProtocolException;
import io.usher.engine.ReviewLimits;
import io.usher.engine.ReviewMemory;
import java.io.IOException;

/** Reads only what strict Jackson reads, and reads the same; refuses all else in one way. */
class TokenReviewCodecFuzzTest {

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final TokenReviewCodec CODEC = new TokenReviewCodec(ReviewLimits.DEFAULT);

  @FuzzTest
  void reads(byte[] body) throws Exception {
    var memory = new ReviewMemory(new MemoryBudget(Long.MAX_VALUE).begin(() -> {}), 100);
    TokenReview review;
    try {
      review = CODEC.decode(body.clone(), memory);
    } catch (ProtocolException e) {
      assertThat(e.status()).isIn(400, 413);
      return;
    }
    JsonNode spec = strictly(body).path("spec");
    assertThat(review.request().token()).isEqualTo(spec.path("token").asText());
    assertThat(review.request().audiences()).hasSize(spec.path("audiences").size());
    var known = Authentication.user(UserInfo.of("fuzz")).forAudiences(review.request().audiences());
    JsonNode answer = strictly(CODEC.encode(review, known, memory));
    assertThat(answer.path("apiVersion").asText()).isEqualTo(review.apiVersion());
    assertThat(answer.at("/status/audiences")).hasSize(spec.path("audiences").size());
    assertThat(answer.path("spec").isMissingNode()).isTrue();
  }

  private static JsonNode strictly(byte[] json) {
    try {
      return STRICT.readTree(json);
    } catch (IOException e) {
      throw new AssertionError("strict Jackson refuses it", e);
    }
  }
}
