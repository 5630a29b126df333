package io.usher.apiserver.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private final Backoff backoff = new Backoff(new Random(1));

  @Test
  void eachWaitIsAboutTwiceTheOneBeforeUpToALimit() {
    long whole = Backoff.FIRST.toMillis();
    for (int i = 0; i < 20; i++) {
      assertThat(backoff.next().toMillis()).isBetween(whole / 2, whole);
      whole = Math.min(2 * whole, Backoff.LONGEST.toMillis());
    }
    backoff.reset();
    assertThat(backoff.next()).isLessThanOrEqualTo(Backoff.FIRST);
  }

  @Test
  void twoServersWaitDifferently() {
    var other = new Backoff(new Random(2));
    for (int i = 0; i < 10; i++) {
      backoff.next();
      other.next();
    }
    assertThat(backoff.next()).isNotEqualTo(other.next());
  }
}
