package io.usher.listwatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {

  private final Backoff backoff =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), new Random(1));

  private static void assertBetween(Duration pause, long lowMillis, long highMillis) {
    assertThat(pause).isBetween(Duration.ofMillis(lowMillis), Duration.ofMillis(highMillis));
  }

  @Test
  void pausesDoubleUpToTheLongest() {
    for (long whole : new long[] {500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000}) {
      assertBetween(backoff.next(Duration.ZERO), whole / 2, whole);
    }
    backoff.reset();
    assertBetween(backoff.next(Duration.ZERO), 250, 500);
  }

  @Test
  void whatTheApiServerAsksForIsWaitedForUpToTheLongest() {
    assertBetween(backoff.next(Duration.ofSeconds(5)), 5_000, 5_250);
    assertBetween(backoff.next(Duration.ofDays(1)), 30_000, 30_500);
  }

  /**
   * Three replicas with 20 types; the API server comes back after five minutes. It may have
   * forgotten what was before: each watch is refused then, and a list follows after a pause.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sixtyViewsListFewerThanTenTimesASecondAfterAnOutage(boolean forgotten) {
    var random = new Random(2);
    var firstTries = new PriorityQueue<Long>();
    for (int view = 0; view < 60; view++) {
      var pauses = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), random);
      long at = 0;
      while (at < 300_000) {
        at += pauses.next(Duration.ZERO).toMillis();
      }
      firstTries.add(forgotten ? at + pauses.next(Duration.ZERO).toMillis() : at);
    }
    var sorted = new ArrayList<Long>();
    while (!firstTries.isEmpty()) {
      sorted.add(firstTries.remove());
    }
    for (int i = 0; i + 9 < sorted.size(); i++) {
      assertThat(sorted.get(i + 9) - sorted.get(i)).isGreaterThan(1_000);
    }
  }
}
