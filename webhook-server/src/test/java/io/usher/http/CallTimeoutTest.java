package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallTimeoutTest {

  private static final Duration OWN = Duration.ofSeconds(5);
  private static final Duration MAX = Duration.ofSeconds(30);

  @ParameterizedTest
  @CsvSource({
    "timeout=3s, 3000",
    "timeout=10s, 10000",
    "timeout=30s, 30000",
    "a=b&timeout=1.5s, 1500",
    "timeout=2s&timeout=9s, 2000",
    "timeout=1ms, 1000",
    "timeout=999ms, 1000",
    "a=timeout, 5000"
  })
  void theCallsOwnIsGranted(String query, long millis) {
    var time = CallTimeout.of(query, OWN, MAX);
    assertThat(time.granted()).hasMillis(millis);
    assertThat(time.limited()).isFalse();
  }

  @Test
  void noMoreThanTheMostIsGranted() {
    var time = CallTimeout.of("timeout=1m0s", OWN, MAX);
    assertThat(time.granted()).isEqualTo(MAX);
    assertThat(time.limited()).isTrue();
    assertThat(time.explanation())
        .isEqualTo(" (the call allows 60000 ms; the server's setting max-timeout grants 30000 ms)");
  }

  @Test
  void withoutOneTheRoutesCounts() {
    assertThat(CallTimeout.of(null, OWN, MAX).granted()).isEqualTo(OWN);
    assertThat(CallTimeout.of("", OWN, MAX).granted()).isEqualTo(OWN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"timeout=", "timeout=10", "timeout=-1s", "timeout=0s", "timeout=1e3s"})
  void whatIsNoTimeIsRefused(String query) {
    assertThatThrownBy(() -> CallTimeout.of(query, OWN, MAX))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("timeout: ");
  }

  @ParameterizedTest
  @CsvSource({"10000, 9000", "1000, 900", "500, 400", "100, 0"})
  void theGreaterReserveIsKept(long timeout, long budget) {
    var reserve = new DeadlineMargin(Duration.ofMillis(100), 10);
    assertThat(reserve.deadline(0, Duration.ofMillis(timeout)).atNanos())
        .isEqualTo(Duration.ofMillis(budget).toNanos());
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, true",
    "Application/JSON, true",
    "application/json; charset=utf-8, true",
    "application/json;charset=\"UTF-8\", true",
    "application/json; charset=utf-16, false",
    "application/jsonp, false",
    "text/plain, false",
    ", false"
  })
  void onlyJsonInUtf8IsTaken(String type, boolean taken) {
    assertThat(ContentType.isJson(type)).isEqualTo(taken);
  }
}
