package io.usher.cel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import io.usher.cel.ValueType.Bounded;
import io.usher.cel.ValueType.ListOf;
import io.usher.cel.ValueType.ListOrder;
import io.usher.cel.ValueType.MapOf;
import io.usher.cel.ValueType.ObjectOf;
import io.usher.cel.ValueType.Scalar;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What kube-apiserver's own environment answers, and we: the program in tools/kube/cel made it. */
class ExpressionTableTest {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  private static final JsonNode INPUTS = inputs();

  /** The size of a request, less its quotes or brackets. */
  private static final long REQUEST = 3 * 1024 * 1024 - 2;

  private static final ValueType TEXT = new Bounded(Scalar.STRING, REQUEST);

  private static final ValueType SELF =
      new ObjectOf(
          Map.ofEntries(
              Map.entry("name", new Bounded(Scalar.STRING, 80)),
              Map.entry("text", TEXT),
              Map.entry("kind", new Bounded(Scalar.STRING, 7)),
              Map.entry("size", Scalar.INT),
              Map.entry("ratio", Scalar.DOUBLE),
              Map.entry("on", Scalar.BOOL),
              Map.entry("when", new Bounded(Scalar.TIMESTAMP, 32)),
              Map.entry("day", new Bounded(Scalar.TIMESTAMP, 12)),
              Map.entry("wait", new Bounded(Scalar.DURATION, 32)),
              Map.entry("data", new Bounded(Scalar.BYTES, 100)),
              Map.entry("port", new Bounded(Scalar.ANY, REQUEST)),
              Map.entry("dash-ed", new Bounded(Scalar.STRING, 20)),
              Map.entry("tags", new ListOf(new Bounded(Scalar.STRING, 32), 10)),
              Map.entry("free", new ListOf(TEXT, REQUEST / 3)),
              Map.entry("numbers", new ListOf(Scalar.INT, 5)),
              Map.entry("parts", new ListOf(part(new Bounded(Scalar.STRING, 24)), 7)),
              Map.entry("open", new ListOf(part(TEXT), REQUEST / 11)),
              Map.entry("prices", new MapOf(Scalar.INT, 4)),
              Map.entry("labels", new MapOf(TEXT, REQUEST / 8)),
              Map.entry("namespace", new Bounded(Scalar.STRING, 20)),
              Map.entry("names", new ListOf(new Bounded(Scalar.STRING, 16), 6, ListOrder.SET)),
              Map.entry("shares", new ListOf(Scalar.DOUBLE, 6, ListOrder.SET)),
              Map.entry("keyed", keyed(part(new Bounded(Scalar.STRING, 24)), "id")),
              Map.entry("twin", keyed(part(new Bounded(Scalar.STRING, 24)), "id")),
              Map.entry("pairs", keyed(part(new Bounded(Scalar.STRING, 24)), "id", "weight")),
              Map.entry(
                  "dashed",
                  keyed(new ObjectOf(Map.of("an-id", new Bounded(Scalar.STRING, 24))), "an-id"))));

  private static ValueType keyed(ValueType element, String... keys) {
    return new ListOf(element, 6, ListOrder.map(List.of(keys)));
  }

  private static ValueType part(ValueType id) {
    return new ObjectOf(Map.of("id", id, "weight", Scalar.INT));
  }

  private static JsonNode inputs() {
    try (var in = ExpressionTableTest.class.getResourceAsStream("/cel/inputs.json")) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(String name) {
    try (var in = ExpressionTableTest.class.getResourceAsStream("/cel/" + name);
        var reader =
            new BufferedReader(
                new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8))) {
      return reader.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<JsonNode> rows() {
    List<String> different = lines("different.txt");
    return lines("answers.jsonl").stream()
        .map(ExpressionTableTest::json)
        .filter(
            row ->
                !different.contains(
                    row.path("environment").asText() + " " + row.path("expression").asText()));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void answersAsKubernetes(JsonNode row) {
    var expected = new TreeMap<String, String>();
    row.properties().forEach(each -> expected.put(each.getKey(), each.getValue().asText()));
    assertThat(answer(row)).isEqualTo(expected);
  }

  @Test
  void tableIsOfTheExpressionsAndLarge() {
    List<String> written =
        lines("answers.jsonl").stream()
            .map(ExpressionTableTest::json)
            .map(row -> row.path("environment").asText() + " " + row.path("expression").asText())
            .toList();
    assertThat(written).isEqualTo(lines("expressions.txt")).hasSizeGreaterThan(250);
    assertThat(lines("different.txt")).hasSizeLessThanOrEqualTo(10).isSubsetOf(written);
  }

  private static Map<String, String> answer(JsonNode row) {
    var answer = new TreeMap<String, String>();
    String environment = row.path("environment").asText();
    String expression = row.path("expression").asText();
    answer.put("environment", environment);
    answer.put("expression", expression);
    try {
      if (environment.equals("self")) {
        self(expression, answer);
      } else {
        policy(expression, environment.equals("mutation"), answer);
      }
    } catch (ConditionException e) {
      answer.put("problem", String.valueOf(e.getMessage()));
    }
    return answer;
  }

  private static void policy(String expression, boolean patches, Map<String, String> answer)
      throws ConditionException {
    PolicyCompiler compiler = PolicyCompiler.of(new PolicyScope(true, true, patches));
    var checked = compiler.check(expression);
    answer.put("type", TypeNames.of(checked.getResultType()));
    CostEstimator.Cost cost = CostEstimator.of(checked, path -> null);
    answer.put("min", Long.toUnsignedString(cost.min()));
    answer.put("max", Long.toUnsignedString(cost.max()));
    PolicyExpression compiled = compiler.compile(expression, ResultType.ANY);
    var values = new java.util.HashMap<String, JsonNode>();
    INPUTS.properties().forEach(each -> values.put(each.getKey(), each.getValue()));
    var budget = unbounded();
    var input = new PolicyInput(values, ExpressionTableTest::decide, budget);
    evaluate(() -> compiled.value(input), budget, answer);
  }

  private static void self(String expression, Map<String, String> answer)
      throws ConditionException {
    SelfExpression compiled = SelfCompiler.of(SELF).rule(expression, false);
    answer.put("max", Long.toUnsignedString(compiled.estimatedCost()));
    var budget = unbounded();
    evaluate(
        () -> compiled.evaluate(INPUTS.path("self"), INPUTS.path("self"), budget), budget, answer);
  }

  /** The program bounds each expression, and not what all cost together. */
  private static CostBudget unbounded() {
    return new CostBudget(-1, MemoryPool.OF_PROCESS, System::nanoTime);
  }

  private interface Evaluation {
    Object value() throws ConditionException, BudgetException;
  }

  private static void evaluate(
      Evaluation evaluation, CostBudget budget, Map<String, String> answer) {
    try {
      answer.put("value", shown(evaluation.value()));
    } catch (ConditionException | BudgetException e) {
      answer.put("error", String.valueOf(e.getMessage()));
    }
    answer.put("cost", Long.toUnsignedString(budget.spent()));
  }

  /** As the program's authorizer. */
  private static Authorizer.Decision decide(Authorizer.Query query) {
    Authorizer.ServiceAccount account = query.serviceAccount();
    String user =
        account == null
            ? "ann"
            : "system:serviceaccount:" + account.namespace() + ":" + account.name();
    String asked = user + " " + query.verb() + " ";
    if (query instanceof Authorizer.PathQuery path) {
      asked += "//// " + path.path() + " 0 0";
    } else if (query instanceof Authorizer.ResourceQuery of) {
      asked +=
          String.join("/", of.group(), of.resource(), of.subresource(), of.namespace(), of.name());
      asked += "  " + requirements(of.fieldSelector()) + " " + requirements(of.labelSelector());
    }
    return switch (query.verb()) {
      case "get" -> new Authorizer.Decision(true, asked, "");
      case "fail" -> new Authorizer.Decision(false, "", "no answer");
      default -> new Authorizer.Decision(false, asked, "");
    };
  }

  private static int requirements(String selector) {
    return selector.isEmpty() ? 0 : selector.split(",").length;
  }

  private static String shown(Object value) {
    if (value instanceof NullValue) {
      return "null";
    }
    if (value instanceof UnsignedLong number) {
      return number + "u";
    }
    if (value instanceof Double number) {
      return "double " + GoNumbers.shortest(number).replace("+Inf", "+Inf");
    }
    if (value instanceof String text) {
      return quoted(text);
    }
    if (value instanceof CelByteString bytes) {
      return "bytes " + HexFormat.of().formatHex(bytes.toByteArray());
    }
    if (value instanceof Instant time) {
      return "google.protobuf.Timestamp " + TimeFunctions.text(time);
    }
    if (value instanceof Duration duration) {
      return "google.protobuf.Duration " + TimeFunctions.text(duration);
    }
    if (value instanceof Values.TypeValue type) {
      return "type " + type.name();
    }
    if (value instanceof Optional<?> optional) {
      return optional.isEmpty() ? "optional.none" : "optional " + shown(optional.get());
    }
    if (value instanceof List<?> list) {
      return list.stream()
          .map(ExpressionTableTest::shown)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof Map<?, ?> map) {
      var parts = new TreeSet<String>();
      map.forEach((key, each) -> parts.add(shown(key) + ": " + shown(each)));
      return "{" + String.join(", ", parts) + "}";
    }
    if (value instanceof ObjectValue object) {
      return object.type() + sorted(object);
    }
    if (value instanceof PatchValue patch) {
      var parts = new ArrayList<String>();
      parts.add("op=" + quoted(patch.op()));
      parts.add("path=" + quoted(patch.path()));
      parts.add("from=" + quoted(patch.from()));
      if (patch.value() != null) {
        parts.add("value=" + shown(patch.value()));
      }
      return "JSONPatch{" + String.join(", ", parts) + "}";
    }
    return value instanceof Values.Opaque opaque ? opaque.typeName() : String.valueOf(value);
  }

  private static String sorted(ObjectValue object) {
    try {
      return JSON.writeValueAsString(
          JSON.convertValue(ToJson.of(object, new Meter(CostBudget.ofConstants())), Object.class));
    } catch (IOException | ConditionException e) {
      throw new AssertionError(e);
    }
  }

  private static String quoted(String text) {
    try {
      return JSON.writeValueAsString(text).replace("\u2028", "\\u2028");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
