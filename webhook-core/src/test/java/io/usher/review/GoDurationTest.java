package io.usher.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

  @ParameterizedTest
  @CsvSource({
    "10s, PT10S",
    "1m0s, PT1M",
    "1m30s, PT1M30S",
    "1h2m3.5s, PT1H2M3.5S",
    "1.5h, PT1H30M",
    ".5s, PT0.5S",
    "1.s, PT1S",
    "100ms, PT0.1S",
    "7us, PT0.000007S",
    "7µs, PT0.000007S",
    "7μs, PT0.000007S",
    "7ns, PT0.000000007S",
    "0.9ns, PT0S",
    "0, PT0S",
    "0s, PT0S",
    "-0, PT0S",
    "+5s, PT5S",
    "-1.5s, PT-1.5S",
    "1s1s, PT2S",
    "2562047h, PT2562047H",
  })
  void readsWhatGoReads(String text, Duration duration) {
    assertThat(GoDuration.parse(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s",
        "10",
        "10 s",
        " 10s",
        "10S",
        "10d",
        "1e3s",
        ".",
        ".s",
        "-",
        "--1s",
        "1s-1s",
        "1..5s",
        "s1",
        "10sx",
        "0x1s",
        "٣s",
        "3000000h",
        "2562048h"
      })
  void refusesTheRest(String text) {
    assertThatThrownBy(() -> GoDuration.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"" + text + "\" is no duration like 10s or 1m30s");
  }

  @Test
  void longTextIsNeitherReadNorQuotedWhole() {
    assertThatThrownBy(() -> GoDuration.parse("1s".repeat(1_000_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"" + "1s".repeat(20) + "...\" is no duration like 10s or 1m30s");
  }
}
