package io.usher.cel;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.cel.PolicyTypeCheck.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyTypeCheckTest {

  private static final ValueType SPEC =
      new ValueType.ObjectOf(
          Map.of(
              "replicas",
              ValueType.Scalar.INT,
              "ports",
              new ValueType.ListOf(new ValueType.ObjectOf(Map.of("port", ValueType.Scalar.INT)))));
  private static final Kind SHOW = new Kind("Show1", new ValueType.ObjectOf(Map.of("spec", SPEC)));

  @Test
  void fieldThatObjectsDoNotHaveIsNamed() {
    var check = PolicyTypeCheck.withParams(SHOW, null);
    assertThat(check.problem("object.spec.replicas > 1 && params.any == 1")).isEmpty();
    assertThat(check.problem("object.spec.replica > 1"))
        .isEqualTo(
            "ERROR: <input>:1:12: undefined field 'replica'\n"
                + " | object.spec.replica > 1\n"
                + " | ...........^");
  }

  @Test
  void typesArePartsOfTheKind() {
    assertThat(PolicyTypeCheck.withoutParams(SHOW).problem("object.spec.ports[0] == 1"))
        .contains("applied to '(Show1.spec.ports.@idx, int)'");
  }

  @Test
  void parametersHaveATypeOrAreNotThere() {
    String expression = "params.spec.replica == 1";
    assertThat(PolicyTypeCheck.withParams(SHOW, SHOW).problem(expression))
        .contains("undefined field 'replica'");
    assertThat(PolicyTypeCheck.withoutParams(SHOW).problem(expression))
        .contains("undeclared reference to 'params'");
  }

  @Test
  void variablesKeepTheirTypesButThoseOfObjects() {
    var check = PolicyTypeCheck.withoutParams(SHOW);
    check.variable("count", "object.spec.replicas");
    check.variable("spec", "object.spec");
    check.variable("ports", "object.spec.ports");
    check.variable("wrong", "object.spec.replica");
    assertThat(check.problem("variables.count == 'a'")).contains("applied to '(int, string)'");
    assertThat(check.problem("variables.spec.replica == 'a'")).isEmpty();
    assertThat(check.problem("variables.ports[0].wrong == 'a'")).isEmpty();
    assertThat(check.problem("variables.wrong == 'a'")).isEmpty();
    assertThat(check.problem("variables.other == 'a'")).contains("undefined field 'other'");
  }
}
