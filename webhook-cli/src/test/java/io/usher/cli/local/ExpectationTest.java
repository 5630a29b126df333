package io.usher.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.cli.local.Admission.Outcome;
import org.junit.jupiter.api.Test;

class ExpectationTest {

  @Test
  void orderAndBlanksDoNotMatter() {
    assertThat(Expectation.parse("warned,patched"))
        .isEqualTo(Expectation.parse(" patched , warned "))
        .isEqualTo(Expectation.met(Outcome.PATCHED, true))
        .hasToString("patched, warned");
  }

  @Test
  void warningsThatNobodyExpectsAreNotMet() {
    assertThat(Expectation.parse("allowed")).isNotEqualTo(Expectation.met(Outcome.ALLOWED, true));
  }

  @Test
  void unknownWordIsNamed() {
    assertThatThrownBy(() -> Expectation.parse("patched, maybe"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "usher.io/expect: \"maybe\" is none of allowed, patched, denied, failed, warned");
  }
}
