package io.usher.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "10s, 10000000000",
    "1m0s, 60000000000",
    "1h2m3s, 3723000000000",
    "1.5s, 1500000000",
    ".5s, 500000000",
    "1.s, 1000000000",
    "100ms, 100000000",
    "7us, 7000",
    "7µs, 7000",
    "3ns, 3",
    "-2s, -2000000000",
    "+2s, 2000000000"
  })
  void readsWhatGoReads(String text, long nanos) {
    assertThat(GoDuration.parse(text)).hasNanos(nanos);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "10", "10 s", "ten", "1d", "-", ".s", "1s2", "9999999999h"})
  void refusesWhatGoRefuses(String text) {
    assertThatThrownBy(() -> GoDuration.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"" + text + "\" is no duration like 10s or 1m30s");
  }

  @Test
  void longTextIsNotLookedAt() {
    assertThatThrownBy(() -> GoDuration.parse("1".repeat(1_000_000) + "s"))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .hasSizeLessThan(100);
  }
}
