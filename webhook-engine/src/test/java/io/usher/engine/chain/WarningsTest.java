package io.usher.engine.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarningsTest {

  @Test
  void controlCharactersBecomeSpaces() {
    assertThat(Warnings.shown(List.of("a\nb\u0000\tc ", "\n"))).containsExactly("a b c");
  }

  @Test
  void longOnesStayWholeWhileAllFit() {
    String longOne = "x".repeat(4000);
    assertThat(Warnings.shown(List.of(longOne))).containsExactly(longOne);
  }

  @Test
  void whatIsTooLongIsCutWithAMark() {
    var shown = Warnings.shown(List.of("x".repeat(5000), "short"));
    assertThat(shown).containsExactly("x".repeat(253) + "...", "short");
  }

  @Test
  void whatIsTooManyIsCounted() {
    var shown = Warnings.shown(Collections.nCopies(20, "x".repeat(300)));
    assertThat(shown).hasSize(16).endsWith("... and 5 more warnings");
    assertThat(shown.stream().mapToInt(String::length).sum()).isLessThanOrEqualTo(4096);
  }
}
