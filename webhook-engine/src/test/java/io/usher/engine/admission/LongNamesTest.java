package io.usher.engine.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.sym.ByteQuadsCanonicalizer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.usher.engine.ReviewJson;
import io.usher.json.LazyJson;
import io.usher.rule.Decision;
import io.usher.rule.Rule;
import java.lang.reflect.Field;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Admission comes before validation: a user may send long names, ever new ones. The tables of names
 * that parsers share must not keep them.
 */
class LongNamesTest {

  private static final int REVIEWS = 40;
  private static final int LENGTH = 1 << 13;

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
    List<JsonFactory> factories = List.of(factory(handler), factory(LazyJson.class, null));
    List<Integer> before = factories.stream().map(LongNamesTest::names).toList();

    for (int i = 0; i < REVIEWS; i++) {
      assertThat(ReviewFixtures.answer(handler, bodies.apply(i)).status()).isEqualTo(status);
    }

    for (int i = 0; i < before.size(); i++) {
      assertThat(names(factories.get(i)) - before.get(i)).isLessThan(REVIEWS / 2);
    }
  }

  private static JsonFactory factory(AdmissionHandler handler) {
    AdmissionCodec codec = read(AdmissionHandler.class, "codec", handler);
    ReviewJson json = read(AdmissionCodec.class, "json", codec);
    return factory(ReviewJson.class, json);
  }

  private static JsonFactory factory(Class<?> type, @Nullable Object owner) {
    return read(type, owner == null ? "FACTORY" : "factory", owner);
  }

  /** How many names a factory hands to its next parser. */
  private static int names(JsonFactory factory) {
    ByteQuadsCanonicalizer table = read(JsonFactory.class, "_byteSymbolCanonicalizer", factory);
    return table.size();
  }

  @SuppressWarnings("unchecked")
  private static <T> T read(Class<?> type, String field, @Nullable Object owner) {
    try {
      Field found = type.getDeclaredField(field);
      found.setAccessible(true);
      return (T) found.get(owner);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] review(int i) {
    return ReviewFixtures.request(
        "v1beta1-create", "\"mode\":", "\"" + i + "n".repeat(LENGTH) + "\":");
  }
}
