package io.usher.apiserver.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.LogLines;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RetryingCallerTest {

  private static final ReviewException BUSY = new ReviewException("busy", true);
  private static final ReviewException BROKEN = new ReviewException("broken", false);

  /** Without jitter. */
  private static final RandomGenerator STEADY = () -> 0;

  private final ObjectNode answer = JsonNodeFactory.instance.objectNode();
  private final Queue<ReviewException> failures = new ArrayDeque<>();
  private final List<Long> pauses = new ArrayList<>();
  private final RetryingCaller caller =
      new RetryingCaller(this::next, "the reviewer", STEADY, pause -> pauses.add(pause.toMillis()));

  private JsonNode next(ObjectNode review) throws ReviewException {
    if (!failures.isEmpty()) {
      throw failures.remove();
    }
    return answer;
  }

  private JsonNode call() throws ReviewException {
    return caller.call(JsonNodeFactory.instance.objectNode());
  }

  @Test
  void faultThatPassesIsTriedAgain() throws Exception {
    failures.addAll(List.of(BUSY, BUSY));
    assertThat(call()).isSameAs(answer);
    assertThat(pauses).containsExactly(500L, 750L);
  }

  @Test
  void fifthFailureIsTheLast() {
    failures.addAll(List.of(BUSY, BUSY, BUSY, BUSY, BUSY));
    assertThatThrownBy(this::call).isSameAs(BUSY);
    assertThat(pauses).containsExactly(500L, 750L, 1125L, 1687L);
  }

  @Test
  void otherFaultsAreNotTriedAgain() {
    failures.add(BROKEN);
    assertThatThrownBy(this::call).isSameAs(BROKEN);
    assertThat(pauses).isEmpty();
  }

  @Test
  void jitterMakesPausesLongerByAFifthAtMost() throws Exception {
    var longest =
        new RetryingCaller(
            this::next, "the reviewer", () -> -1L, pause -> pauses.add(pause.toMillis()));
    failures.add(BUSY);
    longest.call(answer);
    assertThat(pauses.get(0)).isBetween(590L, 600L);
  }

  @Test
  void interruptEndsTheWait() {
    var interrupted =
        new RetryingCaller(
            this::next,
            "the reviewer",
            STEADY,
            pause -> {
              throw new InterruptedException();
            });
    failures.add(BUSY);
    assertThatThrownBy(() -> interrupted.call(answer)).isInstanceOf(ReviewException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void reasonIsLoggedOnceAndThatItAnswersAgain() throws Exception {
    try (LogLines log = LogLines.of(RetryingCaller.class)) {
      for (int i = 0; i < 3; i++) {
        failures.add(BROKEN);
        assertThatThrownBy(this::call).isSameAs(BROKEN);
      }
      call();
      call();
      assertThat(log.lines())
          .containsExactly(
              "WARN the reviewer does not answer: broken", "INFO the reviewer answers again");
    }
  }
}
