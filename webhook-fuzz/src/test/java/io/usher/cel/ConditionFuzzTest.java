package io.usher.cel;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** An expression is refused when it is compiled, or evaluates, or fails in one way. */
class ConditionFuzzTest {

  private static final ConditionCompiler COMPILER =
      ConditionCompiler.of(new PolicyScope(false, false, false));
  private static final JsonNode OBJECT = object();

  private static JsonNode object() {
    try {
      return new ObjectMapper()
          .readTree(
              "{\"metadata\":{\"name\":\"a\",\"labels\":{\"l\":\"1\"}},\"spec\":{\"list\":[1,2.5,"
                  + "null,\"t\"],\"big\":1e30}}");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @FuzzTest
  void evaluates(byte[] expression) {
    try {
      COMPILER
          .compile(new String(expression, StandardCharsets.UTF_8))
          .holds(Map.of("object", OBJECT));
    } catch (ConditionException e) {
      return;
    }
  }
}
