package io.usher.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.observe.Caller;
import io.usher.observe.Endpoint;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.rule.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CircuitTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - SECOND);
  private final Circuit circuit = new Circuit(now::get);
  private final List<Boolean> changes = new ArrayList<>();
  private final RuleEvents events =
      new RuleEvents(
          new ReviewObserver.Some() {
            @Override
            public void circuitChanged(Endpoint endpoint, String rule, boolean open) {
              changes.add(open);
            }
          },
          new ReviewIdentity(1, new Endpoint("admission", "w", Phase.MUTATING), Caller.ANYONE),
          "rule");

  @Test
  void twoThreadsThatHangOpenItUntilOneComesBack() {
    hang();
    hang();
    assertThat(admits()).as("they may only be slow").isTrue();
    pass(Circuit.SLOW_NANOS);
    assertThat(admits()).isFalse();

    comeBack(2 * SECOND, 0);

    assertThat(changes).containsExactly(true, false);
    assertThat(admits()).isTrue();
  }

  @Test
  void threadsThatSpunKeepItOpenForHundredTimesAsLong() {
    hang();
    comeBack(SECOND, SECOND);
    assertThat(admits()).as("one may be an accident").isTrue();
    hang();
    comeBack(SECOND, SECOND);

    assertThat(admits()).isFalse();
    pass(99 * SECOND);
    assertThat(admits()).isFalse();
    assertThat(changes).containsExactly(true);
  }

  @Test
  void oneThatSpinsAndOneThatHasSpunAreTwo() {
    hang();
    comeBack(SECOND, SECOND);
    hang();
    assertThat(admits()).isTrue();
    pass(Circuit.SLOW_NANOS);
    assertThat(admits()).isFalse();
  }

  @Test
  void afterItsRestOneCallTriesIt() {
    openAndRest();

    assertThat(admits()).isTrue();
    assertThat(admits()).as("another, while it is tried").isFalse();
    onAnotherThread(() -> circuit.returned(events));
    assertThat(admits()).as("another that came in before has returned").isFalse();
    circuit.returned(events);

    assertThat(admits()).isTrue();
    assertThat(admits()).isTrue();
    assertThat(changes).containsExactly(true, false);
  }

  @Test
  void trialThatHangsIsTheOnlyOne() {
    openAndRest();
    assertThat(admits()).isTrue();
    hang();
    pass(SECOND);
    assertThat(admits()).isFalse();
    comeBack(SECOND, SECOND / 2);
    pass(49 * SECOND);
    assertThat(admits()).isFalse();

    pass(2 * SECOND);

    assertThat(admits()).as("the next trial").isTrue();
    assertThat(changes).containsExactly(true);
  }

  @Test
  void trialThatWasSlowIsNoReasonToRest() {
    openAndRest();
    assertThat(admits()).isTrue();
    hang();
    circuit.released(Circuit.SLOW_NANOS - 1, SECOND, SECOND, events);

    assertThat(changes).containsExactly(true, false);
    assertThat(admits()).isTrue();
  }

  @Test
  void threadsThatWaitedLeaveNoTrace() {
    for (int i = 0; i < 5; i++) {
      hang();
      comeBack(10 * SECOND, SECOND / 20);
    }

    assertThat(admits()).isTrue();
    assertThat(changes).isEmpty();
  }

  private void openAndRest() {
    for (int i = 0; i < 2; i++) {
      hang();
      comeBack(SECOND, SECOND);
    }
    pass(101 * SECOND);
  }

  private boolean admits() {
    return circuit.admits(events);
  }

  private void hang() {
    circuit.hung(Thread.currentThread(), events);
  }

  private void comeBack(long ranNanos, long busyNanos) {
    circuit.released(Circuit.SLOW_NANOS, ranNanos, busyNanos, events);
  }

  private void pass(long nanos) {
    now.addAndGet(nanos);
  }

  private static void onAnotherThread(Runnable task) {
    CompletableFuture.runAsync(task).join();
  }
}
