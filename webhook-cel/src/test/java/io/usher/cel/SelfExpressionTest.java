package io.usher.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.cel.ValueType.ListOf;
import io.usher.cel.ValueType.MapOf;
import io.usher.cel.ValueType.ObjectOf;
import io.usher.cel.ValueType.Scalar;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expressions of {@code self} and {@code oldSelf} with the types of a schema. */
class SelfExpressionTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final ValueType CUP =
      new ObjectOf(
          new LinkedHashMap<>(
              Map.of(
                  "size", Scalar.INT,
                  "fill-level", Scalar.DOUBLE,
                  "namespace", Scalar.STRING,
                  "made", Scalar.TIMESTAMP,
                  "warm", Scalar.DURATION,
                  "tags", new ListOf(Scalar.STRING),
                  "prices", new MapOf(Scalar.INT),
                  "free", Scalar.ANY)));

  private static final String FULL =
      """
      {"size": 2, "fill-level": 1, "namespace": "shop", "made": "2026-01-02T03:04:05Z",
       "warm": "1h30m", "tags": ["a", "b"], "prices": {"tea": 3}, "free": {"x": [1]}}
      """;

  private static JsonNode json(String text) throws Exception {
    return JSON.readTree(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "self.size == 2",
        "self.fill__dash__level < 1.5",
        "self.__namespace__.startsWith('sh')",
        "self.made < timestamp('2026-02-01T00:00:00Z')",
        "self.warm == duration('90m')",
        "self.tags.all(t, t.size() == 1) && 'a' in self.tags",
        "self.prices['tea'] + self.size == 5",
        "self.free.x[0] == 1",
        "!has(self.free.y)",
      })
  void fieldsHaveTheirTypes(String rule) throws Exception {
    SelfExpression compiled = SelfCompiler.of(CUP).rule(rule, false);
    assertThat(compiled.usesOldSelf()).isFalse();
    assertThat(compiled.evaluate(json(FULL), null, CostBudget.ofObject())).isEqualTo(true);
  }

  @ParameterizedTest
  @CsvSource({
    "1h30m, 90m",
    "+1.5s, 1500ms",
    "-.5s, -500ms",
    "1.s, 1s",
    "0, 0s",
    "2µs, 2000ns",
    "2μs, 2us",
  })
  void durationsAreGos(String text, String same) throws Exception {
    SelfExpression rule =
        SelfCompiler.of(Scalar.DURATION).rule("self == duration('" + same + "')", false);
    assertThat(rule.evaluate(TextNode.valueOf(text), null, CostBudget.ofObject())).isEqualTo(true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "self == oldSelf",
        "self.tags == oldSelf.tags && self.tags + oldSelf.tags == ['a', 'b', 'a', 'b']",
        "self.tags[1] in oldSelf.tags",
        "self.tags.map(t, t + self.tags[0]) == ['aa', 'ba']",
        "self.prices == {'tea': 3} && self.prices.all(p, self.prices[p] == 3)",
        "size(self.prices) == size(oldSelf.prices) && !('milk' in self.prices)",
      })
  void partsAreReadAsOftenAsARuleLikes(String rule) throws Exception {
    assertThat(
            SelfCompiler.of(CUP)
                .rule(rule, false)
                .evaluate(json(FULL), json(FULL), CostBudget.ofObject()))
        .isEqualTo(true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"self.size == 'a'", "self.weight > 1", "self.size", "frobnicate('1').isInteger()"})
  void ruleThatDoesNotFitIsRefused(String rule) {
    assertThatThrownBy(() -> SelfCompiler.of(CUP).rule(rule, false))
        .isInstanceOf(ConditionException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "self.tags.isSorted() && !['b', 'a'].isSorted() && [].isSorted()",
        "[1, 2, 3].sum() == 6 && [0.5, 1.0].sum() == 1.5 && [1u, 2u].sum() == 3u && [].sum() == 0",
        "self.tags.min() == 'a' && [duration('1s'), duration('1m')].max() == duration('1m')",
        "self.tags.indexOf('b') == 1 && [1, 2, 1].lastIndexOf(1) == 2 && [1].indexOf(2) == -1",
        "self.free.x.sum() == 1 && self.free.x.isSorted()",
        "'abc'.indexOf('c') == 2",
      })
  void listsHaveKubernetesFunctions(String rule) throws Exception {
    SelfExpression compiled = SelfCompiler.of(CUP).rule(rule, false);
    assertThat(compiled.evaluate(json(FULL), null, CostBudget.ofObject())).isEqualTo(true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"self.tags.sum() == ''", "[[1]].isSorted()", "base64.decode('YQ==') == b'a'"})
  void listOfWhatAFunctionIsNotOfIsRefused(String rule) {
    assertThatThrownBy(() -> SelfCompiler.of(CUP).rule(rule, false))
        .isInstanceOf(ConditionException.class)
        .hasMessageContaining("compilation failed: ERROR: <input>:1:");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[9223372036854775807, 1].sum() > 0 | integer overflow",
        "[0].filter(e, e > 0).min() == 0 | min called on empty list",
        "self.free.x.min() < dyn('a') | no such overload",
      })
  void listThatAFunctionCanNotTakeFails(String rule, String problem) throws Exception {
    SelfExpression compiled = SelfCompiler.of(CUP).rule(rule, false);
    assertThatThrownBy(() -> compiled.evaluate(json(FULL), null, CostBudget.ofObject()))
        .hasMessageContaining(problem);
  }

  @Test
  void functionThatIsNotKnownIsNamed() {
    assertThatThrownBy(() -> SelfCompiler.of(CUP).rule("frobnicate('1').isInteger()", false))
        .hasMessageContaining("undeclared reference to 'frobnicate'");
  }

  @Test
  void oldSelfIsAbsentWhereItIsOptional() throws Exception {
    SelfExpression rule =
        SelfCompiler.of(Scalar.INT).rule("!oldSelf.hasValue() || self >= oldSelf.value()", true);
    assertThat(rule.usesOldSelf()).isTrue();
    assertThat(rule.hasOptionalOldSelf()).isTrue();
    assertThat(rule.evaluate(json("1"), null, CostBudget.ofObject())).isEqualTo(true);
    assertThat(rule.evaluate(json("1"), json("2"), CostBudget.ofObject())).isEqualTo(false);
  }

  @Test
  void failureIsToldAsByCelGo() throws Exception {
    SelfExpression rule = SelfCompiler.of(CUP).rule("self.prices['milk'] == 1", false);
    assertThatThrownBy(() -> rule.evaluate(json(FULL), null, CostBudget.ofObject()))
        .isInstanceOf(ConditionException.class)
        .hasMessage("no such key: milk");
    SelfExpression division = SelfCompiler.of(Scalar.INT).rule("1 / self == 1", false);
    assertThatThrownBy(() -> division.evaluate(json("0"), null, CostBudget.ofObject()))
        .hasMessage("division by zero");
  }

  @Test
  void stepsOfARuleAndOfAnObjectAreBounded() throws Exception {
    SelfExpression rule =
        SelfCompiler.of(new ListOf(Scalar.INT))
            .rule("self.all(a, self.all(b, self.all(c, a + b + c >= 0)))", false);
    JsonNode many = JSON.valueToTree(Collections.nCopies(1000, 1));
    CostBudget budget = CostBudget.ofObject();
    assertThatThrownBy(() -> rule.evaluate(many, null, budget)).isInstanceOf(BudgetException.class);
    for (int i = 0; i < 10 && !budget.isSpent(); i++) {
      assertThatThrownBy(() -> rule.evaluate(many, null, budget))
          .isInstanceOf(BudgetException.class);
    }
    assertThat(budget.isSpent()).isTrue();
  }

  @Test
  void valuesThatAreTooDeepEndTheRule() throws Exception {
    SelfExpression rule = SelfCompiler.of(Scalar.ANY).rule("self == oldSelf", false);
    assertThatThrownBy(() -> rule.evaluate(deep(), deep(), CostBudget.ofObject()))
        .isInstanceOfSatisfying(
            BudgetException.class, e -> assertThat(e.kind()).isEqualTo(BudgetException.Kind.BYTES));
  }

  private static JsonNode deep() {
    ArrayNode deep = JSON.createArrayNode();
    for (int i = 0; i < 100_000; i++) {
      deep = JSON.createArrayNode().add(deep);
    }
    return deep;
  }
}
