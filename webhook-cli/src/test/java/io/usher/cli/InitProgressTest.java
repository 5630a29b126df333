package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class InitProgressTest {

  private final StringWriter out = new StringWriter();
  private final AtomicLong now = new AtomicLong();

  private InitProgress progress(boolean terminal, int total) {
    return new InitProgress(new PrintWriter(out, true), terminal, total, now::get);
  }

  private void step(InitProgress progress, int times, Duration each) {
    for (int i = 0; i < times; i++) {
      now.addAndGet(each.toNanos());
      progress.step();
    }
  }

  @Test
  void elsewhereEachTenthIsALine() {
    var progress = progress(false, 4_000);

    step(progress, 800, Duration.ofMillis(500));

    assertThat(out.toString().lines())
        .containsExactly(
            "400 of 4000, 2.0/s, 30 min 0 s left", "800 of 4000, 2.0/s, 26 min 40 s left");
  }

  @Test
  void terminalHasABarWithRateAndTimeLeft() {
    var progress = progress(true, 4);

    step(progress, 1, Duration.ofSeconds(2));
    progress.line("Pod a is not changed: no");
    progress.end();

    String bar = "[#######.......................] 1 of 4, 0.5/s, 6 s left";
    assertThat(out.toString().replace("\r\u001b[K", "<clear>"))
        .isEqualTo("<clear>" + bar + "<clear>Pod a is not changed: no\n<clear>" + bar + "<clear>");
  }

  @Test
  void hoursAreToldAsHours() {
    step(progress(false, 10), 1, Duration.ofHours(2));

    assertThat(out.toString()).isEqualTo("1 of 10, 0.0/s, 18 h 0 min left\n");
  }
}
