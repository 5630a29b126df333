package io.usher.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.usher.admission.AdmissionResponse;
import io.usher.engine.MemoryBudget;
import io.usher.engine.ProtocolException;
import io.usher.engine.ReviewLimits;
import io.usher.engine.ReviewMemory;
import io.usher.json.LazyJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads only what strict Jackson reads, and reads the same; refuses all else in one way. */
class AdmissionCodecFuzzTest {

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final AdmissionCodec CODEC = new AdmissionCodec(ReviewLimits.DEFAULT);

  @FuzzTest
  void reads(byte[] body) throws Exception {
    var memory = new ReviewMemory(new MemoryBudget(Long.MAX_VALUE).begin(() -> {}), 100);
    AdmissionReview review;
    try {
      review = CODEC.decode(body.clone(), memory);
    } catch (ProtocolException e) {
      assertThat(e.status()).isIn(400, 413);
      return;
    }
    JsonNode whole = strictly(body);
    JsonNode request = whole.path("request");
    assertThat(review.request().uid()).isEqualTo(request.path("uid").asText());
    assertThat(review.request().name()).isEqualTo(request.path("name").asText(""));
    assertSame(review.request().object(), request.path("object"));
    assertSame(review.request().oldObject(), request.path("oldObject"));
    assertSame(review.request().options(), request.path("options"));
    var allowed = AdmissionResponse.allow(review.request(), null, List.of(), Map.of());
    JsonNode answer = strictly(CODEC.encode("fuzz.example.com", review, allowed, memory));
    assertThat(answer.at("/response/uid").asText()).isEqualTo(review.request().uid());
  }

  private static JsonNode strictly(byte[] json) {
    try {
      return STRICT.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("strict Jackson refuses it", e);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Written once as the bytes that it was, and once by looking at all of it. */
  private static void assertSame(@Nullable JsonNode lazy, JsonNode strict) throws IOException {
    if (lazy == null) {
      assertThat(strict.isNull() || strict.isMissingNode()).isTrue();
      return;
    }
    assertThat(strictly(written(lazy))).isEqualTo(strict);
    lazy.toString();
    assertThat(strictly(written(lazy))).isEqualTo(strict);
  }

  private static byte[] written(JsonNode tree) throws IOException {
    var out = new ByteArrayOutputStream();
    try (JsonGenerator generator = STRICT.createGenerator(out)) {
      LazyJson.write(tree, generator);
    }
    return out.toByteArray();
  }
}
