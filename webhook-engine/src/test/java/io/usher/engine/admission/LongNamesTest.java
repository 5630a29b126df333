package io.usher.engine.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.usher.rule.Decision;
import io.usher.rule.Rule;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/**
 * Admission comes before validation: a user may send names of megabytes, ever new ones. The tables
 * of names that parsers share must not keep them.
 */
class LongNamesTest {

  private static final int REVIEWS = 40;
  private static final int LENGTH = 1 << 18;

  @Test
  void areForgottenWhenNobodyReadsThem() {
    assertForgotten(context -> Decision.allow(), LongNamesTest::review, 200);
  }

  @Test
  void areForgottenByTreeRules() {
    Rule rule =
        context -> {
          var object = context.object(ObjectNode.class);
          object.toString();
          object.put("immutable", true);
          return Decision.allow();
        };
    assertForgotten(rule, LongNamesTest::review, 200);
  }

  @Test
  void areForgottenByTypedRules() {
    Rule rule =
        context -> {
          context.object(ConfigMap.class).setImmutable(true);
          return Decision.allow();
        };
    assertForgotten(rule, LongNamesTest::review, 200);
  }

  @Test
  void areForgottenWhenTheReviewIsRefused() {
    assertForgotten(
        context -> Decision.allow(),
        i -> ("{\"" + i + "n".repeat(LENGTH) + "\" 1}").getBytes(UTF_8),
        400);
  }

  private static void assertForgotten(Rule rule, IntFunction<byte[]> bodies, int status) {
    var handler = ReviewFixtures.mutating(rule);
    // What is loaded once does not count.
    ReviewFixtures.answer(handler, bodies.apply(REVIEWS));
    long before = usedBytes();

    for (int i = 0; i < REVIEWS; i++) {
      assertThat(ReviewFixtures.answer(handler, bodies.apply(i)).status()).isEqualTo(status);
    }

    assertThat(usedBytes() - before).isLessThan(REVIEWS * LENGTH / 2);
    assertThat(handler.webhook()).as("still in use").isEqualTo(ReviewFixtures.WEBHOOK);
  }

  private static byte[] review(int i) {
    return ReviewFixtures.request(
        "v1beta1-create", "\"mode\":", "\"" + i + "n".repeat(LENGTH) + "\":");
  }

  private static long usedBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
