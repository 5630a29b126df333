package io.usher.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.util.concurrent.Uninterruptibles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
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

  /** As in Kubernetes, where a variable is evaluated by itself and fails by itself. */
  @Test
  void endOfACallInAVariableIsAFaultOfTheVariable() throws Exception {
    var compiler = PolicyCompiler.of(ALL);
    compiler.variable("endless", ENDLESS);
    var budget = CostBudget.ofObject();
    assertThat(compiler.compile("variables.endless || true", ResultType.BOOL).holds(input(budget)))
        .isTrue();
    assertThat(budget.spent()).isEqualTo(1_000_003);
    assertThatThrownBy(() -> compiler.compile("variables.endless", ResultType.BOOL).holds(input()))
        .isInstanceOf(ConditionException.class)
        .hasMessage(
            "composited variable \"endless\" fails to evaluate: operation cancelled: actual cost"
                + " limit exceeded");
  }

  @Test
  void endOfTheWholeBudgetInAVariableIsNoValue() throws Exception {
    var compiler = PolicyCompiler.of(ALL);
    compiler.variable("endless", ENDLESS);
    endsBy(
        BudgetException.Kind.TOTAL,
        compiler.compile("variables.endless || true", ResultType.BOOL),
        input(new CostBudget(999_999, MemoryPool.OF_PROCESS, System::nanoTime)));
  }

  /** A clock that stands still, and after so many looks is beyond any deadline. */
  private static final class Clock implements LongSupplier {
    private final long looks;
    private long looked;

    Clock(long looks) {
      this.looks = looks;
    }

    @Override
    public long getAsLong() {
      return looked++ < looks ? 0 : Long.MAX_VALUE / 2;
    }
  }

  private static PolicyInput input(String object, CostBudget budget) throws Exception {
    return new PolicyInput(Map.of("object", json(object)), null, budget);
  }

  private static CostBudget budget(LongSupplier clock) {
    return new CostBudget(-1, MemoryPool.OF_PROCESS, clock);
  }

  private static void endsBy(
      BudgetException.Kind kind, PolicyExpression expression, PolicyInput in) {
    assertThatThrownBy(() -> expression.evaluate(in))
        .isInstanceOfSatisfying(BudgetException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  @Test
  void deadlineEndsAnEvaluation() throws Exception {
    PolicyExpression compiled =
        PolicyCompiler.of(ALL).compile(ENDLESS + " || true", ResultType.BOOL);
    endsBy(
        BudgetException.Kind.DEADLINE,
        compiled,
        input(CostBudget.ofObject().until(System.nanoTime())));
  }

  @Test
  void timeIsLookedAtInAHundredSteps() {
    var clock = new Clock(Long.MAX_VALUE);
    var meter = new Meter(budget(clock));
    for (int i = 0; i < 10; i++) {
      long before = clock.looked;
      for (int step = 0; step < 100; step++) {
        meter.step();
      }
      assertThat(clock.looked).isGreaterThan(before);
    }
  }

  @Test
  void everyRoundOfALoopIsAStep() throws Exception {
    var clock = new Clock(Long.MAX_VALUE);
    PolicyExpression compiled =
        PolicyCompiler.of(ALL).compile("object.list.all(x, true)", ResultType.BOOL);
    String list = "1" + ",1".repeat(9_999);
    assertThat(compiled.holds(input("{'list':[" + list + "]}", budget(clock)))).isTrue();
    assertThat(clock.looked).isGreaterThanOrEqualTo(10_000 / 100);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "object.text.matches('(x?){500}y')",
        "object.text.find('(x?){500}y') == ''",
        "object.text.findAll('x{0,500}y|x').size() > 0",
        "object.text.matches(object.pattern)",
      })
  void timeIsLookedAtWhileAPatternIsMatched(String expression) throws Exception {
    PolicyExpression compiled = PolicyCompiler.of(ALL).compile(expression, ResultType.BOOL);
    String object = "{'text':'" + "x".repeat(5_000) + "','pattern':'(x?){500}y'}";
    endsBy(BudgetException.Kind.DEADLINE, compiled, input(object, budget(new Clock(3))));
  }

  /** They were quadratic, which took as long as half a minute. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "object.a.indexOf(object.b) | -1",
        "object.a.indexOf(object.b, 7) | -1",
        "object.a.lastIndexOf(object.c) | -1",
        "object.a.lastIndexOf(object.c, 290000) | -1",
        "object.a.split(object.b).size() | 1",
        "object.a.replace(object.b, 'x').size() | 300000",
        "(object.a + 'b').indexOf(object.b) | 150001",
        "('b' + object.a).lastIndexOf(object.c) | 0",
        "(object.a + 'b' + object.a).split(object.b).map(p, p.size()) | [150001,300000]",
        "(object.a + 'b').replace(object.b, '').size() | 150001",
      })
  void longTextsAreSearchedAtOnce(String expression, String value) throws Exception {
    PolicyExpression compiled = PolicyCompiler.of(ALL).compile(expression, ResultType.ANY);
    String half = "a".repeat(149_999);
    String object = "{'a':'" + "a".repeat(300_000) + "','b':'" + half + "b','c':'b" + half + "'}";
    assertThat(compiled.evaluate(input(object, budget(System::nanoTime)))).hasToString(value);
  }

  @Test
  void costIsCountedBeforeTheCallThatItIsOf() throws Exception {
    var asked = new ArrayList<Authorizer.Query>();
    var input =
        new PolicyInput(
            Map.of(),
            query -> {
              asked.add(query);
              return new Authorizer.Decision(true, "", "");
            },
            CostBudget.ofObject());
    endsBy(
        BudgetException.Kind.CALL,
        PolicyCompiler.of(ALL)
            .compile(
                "[1, 2, 3, 4].all(x, authorizer.path('/').check('get').allowed())",
                ResultType.BOOL),
        input);
    assertThat(asked).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "['a'].map(a, [a, a, a, a, a, a, a, a].join()).map(a, a.replace('', a + a))"
            + ".map(a, a.replace('', a)).map(a, a.replace('', a)).size() == 1 || true",
        "'%s%s%s'.format([object.big, object.big, object.big]).size() == 1 || true",
        "'%s'.format([MANY]) == '' || true",
        "object.big.substring(0, 1000000).split('').size() == 1 || true",
        "MANY",
        "Object{x: [object.big, object.big, object.big]}",
        "[JSONPatch{op: 'add', path: '/x', value: MANY}]",
      })
  void valuesThatAreMadeAreBoundedInBytes(String expression) throws Exception {
    // Each list holds the one before twice.
    String many = "[['abc']]" + ".map(x, [x, x])".repeat(24);
    PolicyExpression compiled =
        PolicyCompiler.of(ALL).compile(expression.replace("MANY", many), ResultType.ANY);
    String object = "{'big':'" + "x".repeat(6_000_000) + "'}";
    endsBy(BudgetException.Kind.BYTES, compiled, input(object, CostBudget.ofObject()));
  }

  /** Two may hold as much as they like, a third has to wait until one of them ends. */
  @Test
  void evaluationsShareMemory() throws Exception {
    var memory = new MemoryPool(25L << 20);
    PolicyExpression compiled =
        PolicyCompiler.of(ALL)
            .compile(
                "object.big.replace('x', 'y').size() > 0 && authorizer.path('/').check('get')"
                    + ".allowed()",
                ResultType.BOOL);
    var object = json("{'big':'" + "x".repeat(2_500_000) + "'}");
    var holding = new CountDownLatch(2);
    var end = new CountDownLatch(1);
    Authorizer waits =
        query -> {
          holding.countDown();
          Uninterruptibles.awaitUninterruptibly(end);
          return new Authorizer.Decision(true, "", "");
        };
    interface Evaluation {
      boolean by(Authorizer authorizer) throws Exception;
    }
    Evaluation evaluation =
        authorizer ->
            compiled.holds(
                new PolicyInput(
                    Map.of("object", object),
                    authorizer,
                    new CostBudget(10_000_000, memory, System::nanoTime)));
    Authorizer answers = query -> new Authorizer.Decision(true, "", "");
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Boolean> first = threads.submit(() -> evaluation.by(waits));
      Future<Boolean> second = threads.submit(() -> evaluation.by(waits));
      holding.await();
      assertThatThrownBy(() -> evaluation.by(answers))
          .isInstanceOfSatisfying(
              BudgetException.class,
              e -> assertThat(e.kind()).isEqualTo(BudgetException.Kind.BYTES));
      end.countDown();
      assertThat(first.get()).isTrue();
      assertThat(second.get()).isTrue();
      assertThat(evaluation.by(answers)).isTrue();
      assertThat(memory.left()).isEqualTo(25L << 20);
    } finally {
      end.countDown();
      threads.shutdownNow();
    }
  }

  /** They are held as long as what may read them. */
  @Test
  void variablesCountForWhatFollows() throws Exception {
    var memory = new MemoryPool(12L << 20);
    var compiler = PolicyCompiler.of(ALL);
    compiler.variable("a", "object.big.replace('x', 'y')");
    compiler.variable("b", "variables.a.size()");
    PolicyExpression reads = compiler.compile("variables.b + variables.a.size()", ResultType.ANY);
    PolicyExpression makes =
        compiler.compile("object.big.replace('x', 'z').size()", ResultType.ANY);
    PolicyInput input =
        input(
            "{'big':'" + "x".repeat(2_000_000) + "'}",
            new CostBudget(10_000_000, memory, System::nanoTime));
    assertThat(makes.evaluate(input)).isEqualTo(2_000_000L);
    assertThat(reads.evaluate(input)).isEqualTo(4_000_000L);
    assertThat(memory.left()).isEqualTo(12L << 20);
    endsBy(BudgetException.Kind.BYTES, makes, input);
    assertThat(reads.evaluate(input)).isEqualTo(4_000_000L);
    assertThat(memory.left()).isEqualTo(12L << 20);
  }

  @ParameterizedTest
  @CsvSource({"true, 41", "false, 10"})
  void totalOfABudgetEndsWhatFollows(boolean ofObject, int times) throws Exception {
    PolicyExpression costly =
        PolicyCompiler.of(ALL)
            .compile("lists.range(200).all(x, lists.range(200).all(y, y >= 0))", ResultType.BOOL);
    CostBudget budget = ofObject ? CostBudget.ofObject() : CostBudget.ofMatchConditions();
    PolicyInput input = input(budget);
    for (int i = 0; i < times; i++) {
      assertThat(costly.holds(input)).isTrue();
    }
    assertThat(budget.spent()).isEqualTo(times * 243_212L);
    assertThat(budget.isSpent()).isFalse();
    endsBy(BudgetException.Kind.TOTAL, costly, input);
    assertThat(budget.isSpent()).isTrue();
  }
}
