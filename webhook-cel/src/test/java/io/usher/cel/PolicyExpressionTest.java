package io.usher.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expressions of policies: their variables, what they give, and where they end. */
class PolicyExpressionTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PolicyScope ALL = new PolicyScope(true, true, true);

  /** Costs too much; and it is no error that an operator could look at. */
  private static final String ENDLESS =
      "lists.range(2000).all(x, lists.range(2000).all(y, x + y >= 0))";

  private static JsonNode json(String text) throws Exception {
    return JSON.readTree(text.replace('\'', '"'));
  }

  private static PolicyInput input(CostBudget budget) throws Exception {
    Map<String, JsonNode> values = new HashMap<>();
    values.put("object", json("{'metadata': {'name': 'web'}, 'spec': {'replicas': 3}}"));
    values.put("params", json("{'max': 5}"));
    values.put(
        "request",
        json(
            "{'requestResource': {'group': 'apps', 'version': 'v1', 'resource': 'deployments'},"
                + " 'namespace': 'shop', 'name': 'web'}"));
    return new PolicyInput(
        values, query -> new Authorizer.Decision(true, query.toString(), ""), budget);
  }

  private static PolicyInput input() throws Exception {
    return input(CostBudget.ofObject());
  }

  @Test
  void variablesAreSeenByWhatFollowsAndEvaluatedOnce() throws Exception {
    var compiler = PolicyCompiler.of(ALL);
    compiler.variable("replicas", "object.spec.replicas");
    compiler.variable("twice", "int(variables.replicas) * 2");
    PolicyExpression expression =
        compiler.compile("variables.twice + variables.twice", ResultType.ANY);
    var budget = CostBudget.ofObject();
    assertThat(expression.evaluate(input(budget))).isEqualTo(12L);
    long cost = budget.spent();
    var once = CostBudget.ofObject();
    compiler.compile("variables.twice", ResultType.ANY).evaluate(input(once));
    // The second look costs a name, a selection; the sum costs one.
    assertThat(cost - once.spent()).isEqualTo(3);
  }

  @Test
  void variableHasTheTypeOfItsExpression() throws Exception {
    var compiler = PolicyCompiler.of(ALL);
    compiler.variable("name", "string(object.metadata.name)");
    assertThat(compiler.compile("variables.name", ResultType.STRING).evaluate(input()))
        .isEqualTo("web");
    assertThatThrownBy(() -> compiler.compile("variables.name + 1", ResultType.ANY))
        .hasMessageContaining("found no matching overload for '_+_' applied to '(string, int)'");
    assertThatThrownBy(() -> compiler.compile("variables.none", ResultType.ANY))
        .hasMessageContaining("undefined field 'none'");
  }

  @Test
  void variableThatFailsFailsWhatReadsIt() throws Exception {
    var compiler = PolicyCompiler.of(ALL);
    assertThatThrownBy(() -> compiler.variable("broken", "1 +"))
        .hasMessageStartingWith("compilation failed: ERROR: <input>:1:4: Syntax error");
    compiler.variable("missing", "object.spec.none");
    assertThatThrownBy(
            () -> compiler.compile("variables.broken == 1", ResultType.BOOL).holds(input()))
        .hasMessageStartingWith("composited variable \"broken\" fails to compile: ");
    assertThatThrownBy(
            () -> compiler.compile("variables.missing == 1", ResultType.BOOL).holds(input()))
        .hasMessage("composited variable \"missing\" fails to evaluate: no such key: none");
    assertThat(compiler.compile("variables.missing == 1 || true", ResultType.BOOL).holds(input()))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | BOOL | must evaluate to bool but got int",
        "object.x | BOOL | must evaluate to bool but got dyn",
        "true | STRING | must evaluate to string but got bool",
        "1 | STRING_OR_NULL | must evaluate to one of [string null_type] but got int",
        "[1] | PATCHES | must evaluate to list(JSONPatch) but got list(int)",
        "Object.spec{} | OBJECT | must evaluate to Object but got Object.spec",
      })
  void otherTypesAreRefused(String expression, ResultType type, String message) {
    assertThatThrownBy(() -> PolicyCompiler.of(ALL).compile(expression, type))
        .isInstanceOf(ConditionException.class)
        .hasMessage(message);
  }

  @Test
  void patchesAndObjectsComeAsJson() throws Exception {
    var compiler = PolicyCompiler.of(ALL);
    assertThat(
            compiler
                .compile(
                    "[JSONPatch{op: 'add', path: '/spec/x', value: {'a': [dyn(1), dyn(1.5), dyn(true), dyn(null)]}},"
                        + " JSONPatch{op: 'move', from: '/a', path: '/b'}]",
                    ResultType.PATCHES)
                .evaluate(input()))
        .hasToString(
            json("[{'op': 'add', 'path': '/spec/x', 'value': {'a': [1, 1.5, true, null]}},"
                    + " {'op': 'move', 'path': '/b', 'from': '/a'}]")
                .toString());
    assertThat(
            compiler
                .compile(
                    "Object{spec: Object.spec{replicas: object.spec.replicas + 1,"
                        + " ?none: object.?none}}",
                    ResultType.OBJECT)
                .evaluate(input()))
        .hasToString("{\"spec\":{\"replicas\":4}}");
    assertThatThrownBy(
            () ->
                compiler
                    .compile(
                        "[JSONPatch{op: 'add', path: '/x', value: quantity('1')}]",
                        ResultType.PATCHES)
                    .evaluate(input()))
        .hasMessageContaining("kubernetes.Quantity");
  }

  @Test
  void authorizerIsAskedOfWhatTheRequestIsAbout() throws Exception {
    assertThat(
            PolicyCompiler.of(ALL)
                .compile("authorizer.requestResource.check('delete').reason()", ResultType.STRING)
                .evaluate(input()))
        .asString()
        .contains("group=apps, resource=deployments", "namespace=shop, name=web", "verb=delete");
  }

  @Test
  void whatAScopeHasNotIsRefusedByName() {
    var small = new PolicyScope(false, false, false);
    for (String name : List.of("params", "authorizer", "Object", "jsonpatch.escapeKey('a')")) {
      assertThatThrownBy(
              () ->
                  PolicyCompiler.of(small)
                      .compile(name.equals("Object") ? "Object{}" : name, ResultType.ANY))
          .hasMessageContaining("undeclared reference to '" + name.replaceAll("\\(.*|\\..*", ""));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ENDLESS,
        ENDLESS + " || true",
        "true && " + ENDLESS,
        "!(" + ENDLESS + ") || true",
        "optional.of(" + ENDLESS + ").orValue(true)",
        "[true].all(x, " + ENDLESS + " || x)",
        ENDLESS + " ? true : true",
      })
  void endOfABudgetIsNoValue(String expression) throws Exception {
    PolicyExpression compiled = PolicyCompiler.of(ALL).compile(expression, ResultType.BOOL);
    assertThatThrownBy(() -> compiled.holds(input()))
        .isInstanceOfSatisfying(
            BudgetException.class, e -> assertThat(e.kind()).isEqualTo(BudgetException.Kind.CALL))
        .hasMessage("operation cancelled: actual cost limit exceeded");
  }

  @Test
  void deadlineEndsAnEvaluation() throws Exception {
    PolicyExpression compiled =
        PolicyCompiler.of(ALL).compile(ENDLESS + " || true", ResultType.BOOL);
    assertThatThrownBy(() -> compiled.holds(input(CostBudget.ofObject().until(System.nanoTime()))))
        .isInstanceOfSatisfying(
            BudgetException.class,
            e -> assertThat(e.kind()).isEqualTo(BudgetException.Kind.DEADLINE));
  }

  @Test
  void valuesThatAreMadeAreBoundedInBytes() throws Exception {
    PolicyExpression compiled =
        PolicyCompiler.of(ALL)
            .compile(
                "['a'].map(a, [a, a, a, a, a, a, a, a].join()).map(a, a.replace('', a + a))"
                    + ".map(a, a.replace('', a)).map(a, a.replace('', a)).size() == 1 || true",
                ResultType.BOOL);
    var kinds = new ArrayList<BudgetException.Kind>();
    assertThatThrownBy(() -> compiled.holds(input()))
        .isInstanceOfSatisfying(BudgetException.class, e -> kinds.add(e.kind()));
    assertThat(kinds).containsExactly(BudgetException.Kind.BYTES);
  }

  @Test
  void totalOfABudgetEndsWhatFollows() throws Exception {
    PolicyExpression costly =
        PolicyCompiler.of(ALL)
            .compile("lists.range(200).all(x, lists.range(200).all(y, y >= 0))", ResultType.BOOL);
    PolicyInput input = input(CostBudget.ofMatchConditions());
    int held = 0;
    BudgetException.Kind kind = null;
    while (kind == null && held < 100) {
      try {
        assertThat(costly.holds(input)).isTrue();
        held++;
      } catch (BudgetException e) {
        kind = e.kind();
      }
    }
    assertThat(kind).isEqualTo(BudgetException.Kind.TOTAL);
    assertThat(held).isBetween(3, 60);
  }
}
