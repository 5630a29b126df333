package io.usher.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {

  @Test
  void severalAreFlatAndInOrder() {
    Outcome event = Outcome.event("Labelled", "the team is shop");
    Outcome again = Outcome.again(Duration.ofSeconds(5));
    Outcome warning = Outcome.warning("Odd", "no team");

    assertThat(event.and(again).and(warning.and(Outcome.done())).parts())
        .isEqualTo(List.of(event, again, warning, Outcome.done()));
  }

  @Test
  void aReasonIsOneWord() {
    assertThatThrownBy(() -> Outcome.event("two words", "note"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the reason \"two words\" of an Event")
        .hasMessageContaining("write one in camel case");
  }

  @Test
  void timeGoesAhead() {
    assertThatThrownBy(() -> Outcome.again(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("again after PT0S is no time ahead");
  }
}
