package io.usher.leader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TermTest {

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);
  private final Term term = new Term(now::get, Duration.ofSeconds(10));

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void isNotHeldBeforeTheFirstRenewal() {
    assertThat(term.held()).isFalse();
  }

  @Test
  void isHeldUntilTheDeadlineAfterTheLastRenewalWasSent() throws Exception {
    term.renewed(now.get());
    pass(Duration.ofSeconds(8));
    long sent = now.get();
    pass(Duration.ofSeconds(1));
    term.renewed(sent);

    pass(Duration.ofSeconds(9).minusNanos(1));
    assertThat(term.held()).isTrue();
    pass(Duration.ofNanos(1));
    assertThat(term.held()).isFalse();
    term.awaitEnd(() -> false);
  }

  @Test
  void thatItLapsedIsFinalOnceSomebodyWaitedForIt() throws Exception {
    term.renewed(now.get());
    pass(Duration.ofSeconds(10));
    term.awaitEnd(() -> false);

    term.renewed(now.get());

    assertThat(term.held()).isFalse();
  }

  @Test
  void oneThatWasGivenUpNeverBegins() throws Exception {
    term.end();
    term.awaitBegin();
    term.renewed(now.get());

    assertThat(term.held()).isFalse();
  }
}
