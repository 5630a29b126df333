package io.usher.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.usher.rule.LabelSelector.Requirement;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

class LabelSelectorFuzzTest {

  /** What was read, written in one form, is read as the same. */
  @FuzzTest
  void reads(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    LabelSelector selector;
    try {
      selector = LabelSelector.parse(text);
    } catch (IllegalArgumentException e) {
      return;
    }
    String written =
        selector.requirements().stream()
            .map(LabelSelectorFuzzTest::written)
            .collect(Collectors.joining(","));

    assertThat(LabelSelector.parse(written)).isEqualTo(selector);
  }

  private static String written(Requirement requirement) {
    String values = "(" + String.join(",", requirement.values()) + ")";
    return switch (requirement.operator()) {
      case IN -> requirement.key() + " in " + values;
      case NOT_IN -> requirement.key() + " notin " + values;
      case EXISTS -> requirement.key();
      case DOES_NOT_EXIST -> "!" + requirement.key();
    };
  }
}
