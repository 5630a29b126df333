package io.usher.leader;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaderElectionSettingsTest {

  private static LeaderElectionSettings settings(String lease, String renew, String retry) {
    return new LeaderElectionSettings(
        "system",
        "controller",
        "me",
        Duration.parse(lease),
        Duration.parse(renew),
        Duration.parse(retry));
  }

  @Test
  void timesOfClientGoAreGood() {
    settings("PT15S", "PT10S", "PT2S");
  }

  @ParameterizedTest
  @CsvSource({
    "PT15.5S, PT10S, PT2S, lease-duration: it must be whole seconds",
    "PT10S, PT10S, PT2S, renew-deadline: it must be less than lease-duration",
    "PT15S, PT5S, PT2S, retry-period: it must be a third of renew-deadline or less"
  })
  void timesThatDoNotFitAreRefused(String lease, String renew, String retry, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(lease, renew, retry))
        .withMessageContaining(message);
  }
}
