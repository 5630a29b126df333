package io.usher.engine.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.engine.ReviewAnswer;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.patch.JsonPatch;
import io.usher.rule.Decision;
import io.usher.rule.Phase;
import io.usher.rule.RuleContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reviews with a few bytes changed: whatever comes, there is an answer of a known form, and what is
 * accepted is what a plain parser reads.
 */
class MutatedReviewTest {

  private static final int MUTANTS = 4_000;

  /** What makes other JSON, and what makes none. */
  private static final byte[] TELLING =
      "{}[]\",:\\ntfu0159.-+eE/~ \n\0\u007f\ufeffü🎭".getBytes(UTF_8);

  private static final JsonMapper PLAIN =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(new JsonNodeFactory(true))
          .build();

  private static final ReviewObserver FAULTS_FAIL =
      new ReviewObserver.Some() {
        @Override
        public void reviewFailed(ReviewIdentity review, String what, Throwable cause) {
          throw new AssertionError(cause);
        }
      };

  @ParameterizedTest
  @ValueSource(
      strings = {"create-pod", "update-pod", "create-widget", "connect-exec", "v1beta1-delete"})
  void isDecidedAsItReadsOrRefused(String captured) {
    byte[] original = ReviewFixtures.request(captured);
    var random = new Random(captured.hashCode());
    var handler = ReviewFixtures.handler(Phase.MUTATING, MutatedReviewTest::mark);
    int decided = 0;

    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutant(original, random);
      try {
        ReviewAnswer answer = ReviewFixtures.answer(handler, mutant, FAULTS_FAIL);
        if (answer.status() == 200) {
          decided++;
          assertDecided(mutant, answer);
        } else {
          assertNotDecided(answer);
        }
      } catch (Throwable e) {
        throw new AssertionError("mutant " + i + ": " + HexFormat.of().formatHex(mutant), e);
      }
    }

    // Both kinds came often, else the mutations show nothing.
    assertThat(decided).isBetween(MUTANTS / 20, MUTANTS * 19 / 20);
  }

  /** Edits what it can, and fails where the mutant is no object that it knows. */
  private static Decision mark(RuleContext context) {
    mark(context.object(ObjectNode.class));
    return Decision.allow();
  }

  private static void mark(ObjectNode object) {
    object.withObject("/metadata/labels").put("seen", String.valueOf(object).length());
  }

  private static void assertDecided(byte[] mutant, ReviewAnswer answer) throws IOException {
    // The decoder throws where the mutant is not UTF-8.
    JsonNode request =
        PLAIN
            .readTree(UTF_8.newDecoder().decode(ByteBuffer.wrap(mutant)).toString())
            .get("request");
    JsonNode response = ReviewFixtures.readable(answer).get("response");
    assertThat(response.get("uid")).isEqualTo(request.get("uid"));
    assertThat(response.get("allowed").booleanValue()).isTrue();
    if (response.has("patch")) {
      JsonNode object = request.get("object");
      JsonNode marked = object.deepCopy();
      mark((ObjectNode) marked);
      assertThat(JsonPatch.parse(response.get("patch")).apply(object)).isEqualTo(marked);
    }
  }

  private static void assertNotDecided(ReviewAnswer answer) {
    if (answer.status() == 500) {
      assertThat(new String(answer.body(), UTF_8)).isEqualTo("rule rule-0 failed");
    } else {
      assertThat(answer.status()).isIn(400, 413);
      JsonNode status = ReviewFixtures.json(answer.body());
      assertThat(status.get("kind").textValue()).isEqualTo("Status");
      assertThat(status.get("code").intValue()).isEqualTo(answer.status());
    }
  }

  private static byte[] mutant(byte[] original, Random random) {
    byte[] mutant = original;
    for (int i = random.nextInt(3); i >= 0; i--) {
      mutant = mutatedOnce(mutant, random);
    }
    return mutant;
  }

  private static byte[] mutatedOnce(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    int to = Math.min(bytes.length, at + 1 + random.nextInt(8));
    byte telling = TELLING[random.nextInt(TELLING.length)];
    return switch (random.nextInt(6)) {
      case 0 -> spliced(bytes, at, at + 1, (byte) random.nextInt(256));
      case 1 -> spliced(bytes, at, at + 1, telling);
      case 2 -> spliced(bytes, at, at, telling);
      case 3 -> spliced(bytes, at, to);
      case 4 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
      default -> spliced(bytes, at, at + 1, (byte) (bytes[at] ^ 1 << random.nextInt(8)));
    };
  }

  /** The bytes with others in the place of a range. */
  private static byte[] spliced(byte[] bytes, int from, int to, byte... others) {
    return ByteBuffer.allocate(bytes.length - (to - from) + others.length)
        .put(bytes, 0, from)
        .put(others)
        .put(bytes, to, bytes.length - to)
        .array();
  }
}
