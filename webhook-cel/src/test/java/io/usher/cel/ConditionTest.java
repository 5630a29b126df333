package io.usher.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {

  private static final ConditionCompiler COMPILER =
      ConditionCompiler.of(new PolicyScope(false, false, false));

  private static final String POD =
      """
      {"kind": "Pod", "metadata": {"name": "web", "labels": {"app": "web"}},
       "spec": {"replicas": 3, "ratio": 1.5, "big": 18446744073709551615, "none": null,
                "containers": [{"name": "a", "image": "x:1"}, {"name": "b", "image": "y"}]}}
      """;

  private static boolean holds(String expression) throws ConditionException, IOException {
    JsonNode object = new JsonMapper().readTree(POD);
    return COMPILER
        .compile(expression)
        .holds(
            Map.of(
                "object",
                object,
                "oldObject",
                NullNode.getInstance(),
                "request",
                new JsonMapper().readTree("{\"operation\": \"CREATE\", \"dryRun\": false}")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "object.metadata.name == 'web' && request.operation == 'CREATE'",
        "oldObject == null",
        "object.spec.none == null",
        "has(object.metadata.labels) && !has(object.metadata.annotations)",
        "object.metadata.labels['app'].startsWith('w')",
        "object.spec.replicas == 3 && object.spec.replicas > 2.5 && object.spec.ratio == 1.5",
        "object.spec.big > 1.8e19",
        "object.spec.containers.exists(c, c.image.endsWith(':1'))",
        "object.spec.containers.all(i, c, i < 2 && c.name in ['a', 'b'])",
        "object.spec.containers.map(c, c.name) == ['a', 'b']",
        "object.?metadata.?annotations.?x.orValue('none') == 'none'",
        "'a,b'.split(',').size() == 2 && 'Web'.lowerAscii() == object.metadata.name",
        "sets.contains(['a', 'b'], object.spec.containers.map(c, c.name))",
        "type(object.spec.replicas) == int && string(object.spec.replicas) == '3'",
        "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('^(a+)+!$')",
        "!request.dryRun"
      })
  void holdsAsInKubernetes(String expression) throws Exception {
    assertThat(holds(expression)).isTrue();
    assertThat(holds("!(" + expression + ")")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          objekt.kind == 'Pod'                  | undeclared reference to 'objekt'
          authorizer.path('/x').check('get').allowed() | undeclared reference to 'authorizer'
          object.metadata.name.frobnicate()     | undeclared reference to 'frobnicate'
          object.kind ==                        | Syntax error: mismatched input '<EOF>'
          1 + 'a' == 2                          | found no matching overload for '_+_'
          1 + 1                                 | must evaluate to bool but got int
          object.spec.flag                      | must evaluate to bool but got dyn
          """)
  void whatCannotBeEvaluatedIsRefusedByName(String expression, String message) {
    assertThatThrownBy(() -> COMPILER.compile(expression))
        .isInstanceOf(ConditionException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          object.spec.missing == 1      | expression 'object.spec.missing == 1' resulted in error: no such key: missing
          object.spec.containers[7] == 1 | index out of bounds: 7
          oldObject.kind == 'Pod'       | no such key: kind
          1 / (object.spec.replicas - 3) == 1 | resulted in error: division by zero
          """)
  void whatIsNotThereIsAnError(String expression, String message) {
    assertThatThrownBy(() -> holds(expression))
        .isInstanceOf(ConditionException.class)
        .hasMessageContaining(message);
  }

  @Test
  void endlessLoopsEnd() {
    String list = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
    String expression = "true";
    for (int depth = 0; depth < 8; depth++) {
      expression = list + ".all(v" + depth + ", " + expression + ")";
    }
    String nested = expression;
    assertThatThrownBy(() -> holds(nested))
        .isInstanceOf(ConditionException.class)
        .hasMessageContaining("actual cost limit exceeded");
  }

  @Test
  void deepAndLongExpressionsAreRefused() {
    assertThatThrownBy(() -> COMPILER.compile("(".repeat(10_000) + "true" + ")".repeat(10_000)))
        .isInstanceOf(ConditionException.class);
    assertThatThrownBy(() -> COMPILER.compile("'" + "a".repeat(100_001) + "' == ''"))
        .isInstanceOf(ConditionException.class);
  }
}
