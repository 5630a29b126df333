package io.usher.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.observe.ReviewOutcome;
import org.junit.jupiter.api.Test;

class ExpectationTest {

  @Test
  void orderAndBlanksDoNotMatter() {
    assertThat(Expectation.parse("warned,patched"))
        .isEqualTo(Expectation.parse(" patched , warned "))
        .isEqualTo(Expectation.met(ReviewOutcome.PATCHED, false, true))
        .hasToString("patched, warned");
  }

  @Test
  void warningsThatNobodyExpectsAreNotMet() {
    assertThat(Expectation.parse("allowed"))
        .isNotEqualTo(Expectation.met(ReviewOutcome.ALLOWED, false, true));
  }

  @Test
  void unknownWordIsNamed() {
    assertThatThrownBy(() -> Expectation.parse("patched, maybe"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "usher.io/expect: \"maybe\" is none of allowed, patched, denied, failed, warned");
  }
}
