package io.usher.handler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnsTest {

  private final BlockingQueue<Runnable> given = new LinkedBlockingQueue<>();
  private final AtomicReference<Duration> untilDue = new AtomicReference<>(Duration.ZERO);
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Turns turns = new Turns(() -> {}, untilDue::get, given::add, timer);

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  private void awaitTurn() throws InterruptedException {
    assertThat(given.poll(1, TimeUnit.MINUTES)).isNotNull();
  }

  @Test
  void oneThreadAtATimeHasTheTurn() {
    turns.wake();
    assertThat(given).isEmpty();

    turns.start();
    turns.wake();
    assertThat(given).hasSize(1);

    turns.end();
    assertThat(given).hasSize(2);

    turns.close();
    turns.end();
    turns.wake();
    assertThat(given).hasSize(2);
  }

  @Test
  void nobodyHasItUntilThereIsSomethingToDo() throws Exception {
    untilDue.set(null);
    turns.start();
    untilDue.set(Duration.ofDays(1));
    turns.wake();
    assertThat(given).isEmpty();

    // What is due earlier rings earlier.
    untilDue.set(Duration.ofMillis(1));
    turns.wake();
    untilDue.set(Duration.ZERO);
    awaitTurn();
  }

  @Test
  void nobodyHasItDuringARest() throws Exception {
    turns.start();
    awaitTurn();
    turns.endAndRest(Duration.ofDays(1));
    turns.wake();
    assertThat(given).isEmpty();
  }

  @Test
  void afterARestTheNextHasIt() throws Exception {
    turns.start();
    awaitTurn();
    turns.endAndRest(Duration.ofMillis(1));
    awaitTurn();
  }
}
