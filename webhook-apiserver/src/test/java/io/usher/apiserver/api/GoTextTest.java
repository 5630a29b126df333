package io.usher.apiserver.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GoTextTest {

  /** What Go 1.26 prints for {@code fmt.Printf("%q", ...)}. */
  @Test
  void quotesAsGoDoes() {
    assertThat(GoText.quote("a b")).isEqualTo("\"a b\"");
    assertThat(GoText.quote("é世😀")).isEqualTo("\"é世😀\"");
    assertThat(GoText.quote("\"\\\n\r\t\b\f")).isEqualTo("\"\\\"\\\\\\n\\r\\t\\b\\f\"");
    assertThat(GoText.quote("\u0000\u0007\u000b\u001b\u007f"))
        .isEqualTo("\"\\x00\\a\\v\\x1b\\x7f\"");
    assertThat(GoText.quote("\u00a0\u00ad\u2028\ue000"))
        .isEqualTo("\"\\u00a0\\u00ad\\u2028\\ue000\"");
    assertThat(GoText.quote(List.of("a", "b\""))).isEqualTo("[\"a\" \"b\\\"\"]");
    assertThat(GoText.quote(List.of())).isEqualTo("[]");
  }
}
