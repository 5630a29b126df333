package io.usher.rulejar.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.rulejar.guard.GivenUpThread.GivenUpError;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GivenUpThreadTest {

  private static final Duration STEP = Duration.ofMillis(1);

  private long now = 42;
  private final GivenUpThread thread = new GivenUpThread("spin", () -> now);

  @Test
  void ruleMayEndByItself() {
    assertThat(runsUntilThrown()).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void errorNamesTheRule() {
    assertThatThrownBy(this::run)
        .isInstanceOf(GivenUpError.class)
        .hasMessage("rule spin was given up and goes on");
  }

  @Test
  void waitsHardlyCount() {
    for (int call = 0; call < 20; call++) {
      now += Duration.ofMinutes(1).toNanos();
      thread.check();
    }

    assertThat(runsUntilThrown()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void loopOfWaitsEnds() {
    assertThatThrownBy(
            () -> {
              while (true) {
                now += Duration.ofMinutes(1).toNanos();
                thread.check();
              }
            })
        .isInstanceOf(GivenUpError.class);
  }

  @Test
  void cleanupHasAMomentAndAShorterOneEachTime() {
    runsUntilThrown();

    assertThat(runsUntilThrown()).isEqualTo(Duration.ofMillis(1000));
    assertThat(runsUntilThrown()).isEqualTo(Duration.ofMillis(500));
    assertThat(runsUntilThrown()).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void ruleThatCatchesAllEndsInTheEnd() {
    for (int i = 0; i < 64; i++) {
      runsUntilThrown();
    }

    assertThatThrownBy(thread::check).isInstanceOf(GivenUpError.class);
    assertThatThrownBy(thread::check).isInstanceOf(GivenUpError.class);
    assertThat(Duration.ofNanos(now)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void closeIsSparedForAWhile() {
    try (AutoCloseable closing =
        () -> assertThat(runsUntilThrown()).isEqualTo(Duration.ofSeconds(3))) {
      assertThat(closing).isNotNull();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    assertThatCode(thread::check).doesNotThrowAnyException();
  }

  private static Duration initializerRan;
  private static GivenUpThreadTest initializing;

  @Test
  void classInitializerIsSparedForLonger() {
    initializing = this;

    assertThat(Initialized.READY).isTrue();
    assertThat(initializerRan).isEqualTo(Duration.ofSeconds(10));
  }

  private static final class Initialized {
    static final Boolean READY;

    static {
      initializerRan = initializing.runsUntilThrown();
      READY = true;
    }
  }

  private Duration runsUntilThrown() {
    long from = now;
    try {
      run();
    } catch (GivenUpError e) {
      return Duration.ofNanos(now - from);
    }
    throw new AssertionError("it runs for ever");
  }

  private void run() {
    while (true) {
      now += STEP.toNanos();
      thread.check();
    }
  }
}
