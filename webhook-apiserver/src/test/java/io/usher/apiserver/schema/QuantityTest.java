package io.usher.apiserver.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

  /** What kube-apiserver 1.36.3 makes of each. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 500m",
    "1000m, 1",
    "1, 1",
    "1500m, 1500m",
    "1.5, 1500m",
    "1024Mi, 1Gi",
    "1.5Gi, 1536Mi",
    "0.5Ki, 512",
    "1e3, 1e3",
    "1000, 1k",
    "12e6, 12e6",
    "-3, -3",
    "0, 0",
    "0.0, 0",
    "1.500, 1.500",
    "100000, 100k",
    "1Ki, 1Ki",
    "1n, 1n",
    "0.1n, 1n",
    "+5, +5",
    "., 0",
    "1.5e3, 1500",
    "1000e2, 100e3",
    "1E3, 1E3",
    "0.0001Ki, 102400u",
    "999999Ei, 9223372036854775807",
    "12345678901234567890, 12345678901234567890"
  })
  void eachQuantityHasOneForm(String text, String canonical) {
    assertThat(Quantity.canonical(text)).isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc", "1x2"})
  void otherTextIsNoQuantity(String text) {
    assertThatThrownBy(() -> Quantity.canonical(text))
        .hasMessage(
            "quantities must match the regular expression"
                + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1ki", "--1"})
  void unknownSuffixIsRefused(String text) {
    assertThatThrownBy(() -> Quantity.canonical(text))
        .hasMessage("unable to parse quantity's suffix");
  }
}
