package io.usher.initializer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {

  private final AtomicLong now = new AtomicLong();
  private final List<Duration> pauses = new ArrayList<>();

  /** Waits without waiting. */
  private final Pause pause =
      time -> {
        pauses.add(time);
        now.addAndGet(time.toNanos());
      };

  @Test
  void changesAreSpreadEvenly() throws InterruptedException {
    var pace = new Pace(4, now::get, pause);

    for (int i = 0; i < 3; i++) {
      pace.await();
    }

    assertThat(pauses).containsExactly(Duration.ofMillis(250), Duration.ofMillis(250));
  }

  @Test
  void timeInWhichNothingChangedIsNotMadeUpFor() throws InterruptedException {
    var pace = new Pace(4, now::get, pause);
    pace.await();
    now.addAndGet(Duration.ofSeconds(10).toNanos());

    pace.await();
    pace.await();

    assertThat(pauses).containsExactly(Duration.ofMillis(250));
  }

  @Test
  void zeroIsNoBound() throws InterruptedException {
    var pace = new Pace(0, now::get, pause);

    pace.await();
    pace.await();

    assertThat(pauses).isEmpty();
  }
}
