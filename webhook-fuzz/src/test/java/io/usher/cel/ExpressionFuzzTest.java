package io.usher.cel;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Expressions that can be parsed are refused with a reason, or evaluate within their budget, or
 * fail in one way.
 */
class ExpressionFuzzTest {

  private static final JsonNode OBJECT = object();
  private static final List<String> OF_POLICIES =
      List.of(
          "object",
          "oldObject",
          "params",
          "request",
          "namespaceObject",
          "authorizer",
          "authorizer.requestResource",
          "variables.a");
  private static final ValueType TYPE =
      new ValueType.ObjectOf(
          Map.of(
              "a",
              new ValueType.Bounded(ValueType.Scalar.STRING, 100),
              "b",
              ValueType.Scalar.INT,
              "list",
              new ValueType.ListOf(ValueType.Scalar.DOUBLE, 10),
              "data",
              new ValueType.MapOf(ValueType.Scalar.STRING),
              "name",
              ValueType.Scalar.DURATION,
              "big",
              ValueType.Scalar.ANY));
  private static final SelfCompiler SELF = SelfCompiler.of(TYPE);

  private static JsonNode object() {
    try {
      return new ObjectMapper()
          .readTree(
              "{\"metadata\":{\"name\":\"a\",\"labels\":{\"a\":\"1\"}},\"spec\":{\"list\":[1,2.5,"
                  + "null,\"t\"],\"big\":1e30},\"a\":\"x\",\"b\":3,\"list\":[1,2.5],\"data\":{\"a\":"
                  + "\"1\"},\"name\":\"1h\",\"big\":{\"b\":[]}}");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Two expressions, of which the second may read the first as a variable. */
  @FuzzTest
  void ofPolicies(FuzzedDataProvider data) {
    var compiler = PolicyCompiler.of(new PolicyScope(true, true, true));
    var maker = new ExpressionMaker(data, OF_POLICIES);
    try {
      compiler.variable("a", maker.next());
    } catch (ConditionException e) {
      // Whatever reads it fails.
      requireReason(e);
    }
    CostBudget budget =
        CostBudget.ofObject().until(System.nanoTime() + TimeUnit.SECONDS.toNanos(5));
    try {
      var input =
          new PolicyInput(
              Map.of("object", OBJECT, "params", OBJECT, "request", OBJECT),
              query -> new Authorizer.Decision(false, "no", ""),
              budget);
      compiler.compile(maker.next(), ResultType.ANY).evaluate(input);
    } catch (ConditionException | BudgetException e) {
      requireReason(e);
    }
  }

  /** A rule of a schema, over a declared type. */
  @FuzzTest
  void ofSchemas(FuzzedDataProvider data) {
    boolean optional = data.consumeBoolean();
    var maker = new ExpressionMaker(data, List.of("self", "oldSelf", "self.list", "self.data"));
    try {
      SELF.rule(maker.next(), optional)
          .evaluate(OBJECT, data.consumeBoolean() ? OBJECT : null, CostBudget.ofObject());
    } catch (ConditionException | BudgetException e) {
      requireReason(e);
    }
  }

  private static void requireReason(Exception e) {
    if (e.getMessage() == null || e.getMessage().isBlank()) {
      throw new AssertionError("no reason", e);
    }
  }
}
