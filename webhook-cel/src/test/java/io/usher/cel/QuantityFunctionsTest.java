package io.usher.cel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityFunctionsTest {

  /** Digits and a suffix are read in another way than what has a sign. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "1",
        "007",
        "128Mi",
        "1Ki",
        "3Gi",
        "999999999999999999",
        "999999999999999999Ei",
        "1000000000000000000",
        "5n",
        "7u",
        "100m",
        "2k",
        "3M",
        "4G",
        "5T",
        "6P",
        "9E",
        "1e3",
        "1E-3",
        "1i",
        "1gi"
      })
  void aQuantityIsTheSameWithASign(String text) throws Exception {
    for (String expression :
        new String[] {
          "quantity(object.plain) == quantity(object.signed)",
          "quantity(object.plain).isInteger() == quantity(object.signed).isInteger()",
          "quantity(object.plain).asApproximateFloat()"
              + " == quantity(object.signed).asApproximateFloat()"
        }) {
      boolean isQuantity = !text.endsWith("1i") && !text.endsWith("1gi");
      assertThat(holds("isQuantity(object.plain)", text)).isEqualTo(isQuantity);
      assertThat(!isQuantity || holds(expression, text)).isTrue();
    }
  }

  private static boolean holds(String expression, String text) throws Exception {
    var object = JsonNodeFactory.instance.objectNode().put("plain", text).put("signed", '+' + text);
    return PolicyCompiler.of(new PolicyScope(false, false, false))
        .compile(expression, ResultType.BOOL)
        .holds(new PolicyInput(Map.of("object", object), null, CostBudget.ofObject()));
  }
}
