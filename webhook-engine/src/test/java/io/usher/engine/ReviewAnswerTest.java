package io.usher.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReviewAnswerTest {

  private static final int TRIES = 200;

  @Test
  void refusalIsAStatus() {
    ReviewAnswer answer = ReviewAnswer.refused(415, "UnsupportedMediaType", "say \"json\"\n🎭");

    assertThat(new String(answer.body(), UTF_8))
        .isEqualTo(
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                + "\"message\":\"say \\\"json\\\"\\n🎭\",\"reason\":\"UnsupportedMediaType\","
                + "\"code\":415}");
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.contentType()).isEqualTo("application/json");
    assertThat(answer.retryAfterSeconds()).isZero();
  }

  @Test
  void overloadedCallersComeBackSpreadOverThreeSeconds() {
    var seconds = new HashSet<Integer>();
    for (int i = 0; i < TRIES; i++) {
      ReviewAnswer answer = ReviewAnswer.overloaded("busy");
      assertThat(answer.status()).isEqualTo(429);
      assertThat(new String(answer.body(), UTF_8))
          .isEqualTo(
              "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                  + "\"message\":\"busy\",\"reason\":\"TooManyRequests\",\"code\":429}");
      seconds.add(answer.retryAfterSeconds());
    }
    assertThat(seconds).isEqualTo(Set.of(1, 2, 3));
  }
}
