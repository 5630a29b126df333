package io.usher.authority;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AuthoritySettingsTest {

  @ParameterizedTest
  @CsvSource({
    "Gate, gate-system, a.b.svc, tabs.example.com, 90, 1095, 60, --name Gate",
    "gate, gate/system, a.b.svc, tabs.example.com, 90, 1095, 60, --namespace gate/system",
    "gate, gate-system, *.svc, tabs.example.com, 90, 1095, 60, --dns *.svc",
    "gate, gate-system, a.b.svc, tabs, 90, 1095, 60, --definitions tabs",
    "gate, gate-system, a.b.svc, tabs.example.com, 90, 200, 60, --leaf-life",
    "gate, gate-system, a.b.svc, tabs.example.com, 1, 1095, 241, --interval",
  })
  void wrongFlagIsNamed(
      String name,
      String namespace,
      String dns,
      String definition,
      int days,
      int caDays,
      int minutes,
      String named) {
    assertThatThrownBy(
            () ->
                new AuthoritySettings(
                    name,
                    namespace,
                    List.of(dns),
                    List.of(definition),
                    Duration.ofDays(days),
                    Duration.ofDays(caDays),
                    Duration.ofMinutes(minutes)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(named);
  }
}
