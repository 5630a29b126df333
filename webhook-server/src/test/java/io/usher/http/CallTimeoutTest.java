package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallTimeoutTest {

  private static final Duration OWN = Duration.ofSeconds(10);

  @ParameterizedTest
  @CsvSource({
    "timeout=3s, 3000",
    "timeout=30s, 10000",
    "timeout=1m0s, 10000",
    "a=b&timeout=1.5s, 1500",
    "timeout=500ms&timeout=9s, 500",
    "a=timeout, 10000"
  })
  void theLesserCounts(String query, long millis) {
    assertThat(CallTimeout.of(query, OWN)).hasMillis(millis);
  }

  @Test
  void withoutOneTheRoutesCounts() {
    assertThat(CallTimeout.of(null, OWN)).isEqualTo(OWN);
    assertThat(CallTimeout.of("", OWN)).isEqualTo(OWN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"timeout=", "timeout=10", "timeout=-1s", "timeout=0s", "timeout=1e3s"})
  void whatIsNoTimeIsRefused(String query) {
    assertThatThrownBy(() -> CallTimeout.of(query, OWN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"10000, 9000", "1000, 900", "500, 400", "100, 0"})
  void theGreaterReserveIsKept(long timeout, long budget) {
    var reserve = new TimeReserve(Duration.ofMillis(100), 10);
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
