package io.usher.apiserver.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTimeoutTest {

  private static @Nullable Duration timeout(String uri, String parameter) {
    return RequestTimeout.of(RequestInfoResolver.resolve(ApiRequest.of("GET", uri)), parameter);
  }

  @ParameterizedTest
  @CsvSource({
    "5s, PT5S",
    "1.5s, PT1.5S",
    ".5s, PT0.5S",
    "1.s, PT1S",
    "+2s, PT2S",
    "1s500ms, PT1.5S",
    "100ms, PT0.1S",
    "250us, PT0.00025S",
    "3µs, PT0.000003S",
    "7ns, PT0.000000007S",
    "0.5m, PT30S",
    "1.0000000001s, PT1S",
  })
  void requestHasTheTimeThatItAsksFor(String parameter, Duration expected) {
    assertThat(timeout("/api/v1/pods", parameter)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-0", "0s", "-3s", "61s", "1h", "9223372036854775807ns"})
  void requestThatAsksForNoneOrTooMuchHasAMinute(String parameter) {
    assertThat(timeout("/api/v1/pods", parameter)).isEqualTo(Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/pods?watch=true",
        "/api/v1/namespaces/a/pods/b/log",
        "/api/v1/namespaces/a/pods/b/exec",
        "/api/v1/namespaces/a/services/b/proxy"
      })
  void answerThatGoesOnHasNoEnd(String uri) {
    assertThat(timeout(uri, "5s")).isNull();
  }

  /** As Go's {@code time.ParseDuration} says it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          abc              | invalid duration
          s                | invalid duration
          .                | invalid duration
          +                | invalid duration
          -                | invalid duration
          999999999999999h | invalid duration
          5                | missing unit in duration
          1.               | missing unit in duration
          1s1              | missing unit in duration
          5x               | unknown unit "x" in duration
          10d              | unknown unit "d" in duration
          1s2x             | unknown unit "x" in duration
          1e3s             | unknown unit "e" in duration
          1 s              | unknown unit " s" in duration
          """)
  void whatIsNoDurationIsNamed(String parameter, String problem) {
    assertThatThrownBy(() -> timeout("/api/v1/pods", parameter))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.status().code()).isEqualTo(400))
        .hasMessage(
            "invalid timeout specified in the request URL - time: %s \"%s\""
                .formatted(problem, parameter));
  }
}
