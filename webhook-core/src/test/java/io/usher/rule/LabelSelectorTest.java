package io.usher.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.rule.LabelSelector.Operator;
import io.usher.rule.LabelSelector.Requirement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSelectorTest {

  @Test
  void readsEveryFormOfRequirement() {
    assertThat(
            LabelSelector.parse(
                    "app=web,tier==front, env in (test, prod),x.io/y notin (a),team,!old,z!=")
                .requirements())
        .containsExactly(
            new Requirement("app", Operator.IN, List.of("web")),
            new Requirement("tier", Operator.IN, List.of("front")),
            new Requirement("env", Operator.IN, List.of("test", "prod")),
            new Requirement("x.io/y", Operator.NOT_IN, List.of("a")),
            new Requirement("team", Operator.EXISTS, List.of()),
            new Requirement("old", Operator.DOES_NOT_EXIST, List.of()),
            new Requirement("z", Operator.NOT_IN, List.of("")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "app=web | true",
        "app!=web | false",
        "other!=web | true",
        "app in (a,web) | true",
        "app notin (a,web) | false",
        "other notin (a) | true",
        "app | true",
        "!app | false",
        "other | false",
        "app=web,other | false",
        "'' | true"
      })
  void matchesAsKubernetesDoes(String selector, boolean expected) {
    assertThat(LabelSelector.parse(selector).matches(Map.of("app", "web"))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=b,", "=b", "a in b", "a in (b", "a~b", "-a", "a=b c", "a/b/c=d"})
  void namesThePartThatItDoesNotUnderstand(String selector) {
    assertThatThrownBy(() -> LabelSelector.parse(selector))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("label selector \"" + selector + "\": \"");
  }
}
