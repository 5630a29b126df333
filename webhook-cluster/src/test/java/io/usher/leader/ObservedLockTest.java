package io.usher.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ObservedLockTest {

  private static final ZonedDateTime LONG_AGO =
      ZonedDateTime.of(2020, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  private final AtomicLong now = new AtomicLong();
  private final Term term = new Term(now::get, Duration.ofSeconds(10));
  private final AtomicReference<Optional<String>> problem = new AtomicReference<>();
  private final LeaseLock lease = mock();
  private final KubernetesClient client = mock();
  private final ObservedLock lock = new ObservedLock(lease, now::get, term, problem::set);

  @BeforeEach
  void identity() {
    when(lease.identity()).thenReturn("me");
    when(lease.describe()).thenReturn("lease");
  }

  private static LeaderElectionRecord record(String holder, ZonedDateTime renewed) {
    return new LeaderElectionRecord(holder, Duration.ofSeconds(15), LONG_AGO, renewed, 3);
  }

  private Duration age() {
    return Duration.between(lock.get(client).getRenewTime(), ZonedDateTime.now(ZoneOffset.UTC));
  }

  @Test
  void renewalByAClockThatIsWrongIsAsOldAsItWasSeen() {
    when(lease.get(client)).thenReturn(record("other", LONG_AGO));

    assertThat(age()).isLessThan(Duration.ofDays(1));
    now.addAndGet(Duration.ofDays(7).toNanos());
    assertThat(age()).isBetween(Duration.ofDays(7), Duration.ofDays(8));
    when(lease.get(client)).thenReturn(record("other", LONG_AGO.plusSeconds(2)));
    assertThat(age()).isLessThan(Duration.ofDays(1));
  }

  @Test
  void renewalCountsFromWhenItWasSent() {
    doAnswer(
            call -> {
              now.addAndGet(Duration.ofSeconds(9).toNanos());
              return null;
            })
        .when(lease)
        .update(any(), any());

    lock.update(client, record("me", LONG_AGO));

    assertThat(term.held()).isTrue();
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(term.held()).isFalse();
  }

  @Test
  void createdLeaseIsHeld() {
    lock.create(client, record("me", LONG_AGO));

    assertThat(term.held()).isTrue();
  }

  @Test
  void releasedLeaseHasAnEmptyHolderAndIsNotHeld() {
    lock.update(client, record(null, LONG_AGO));

    verify(lease).update(client, record("", LONG_AGO));
    assertThat(term.held()).isFalse();
  }

  @Test
  void refusedRenewalIsNone() {
    doThrow(new KubernetesClientException("conflict")).when(lease).update(any(), any());

    assertThatThrownBy(() -> lock.update(client, record("me", LONG_AGO)))
        .isInstanceOf(KubernetesClientException.class);
    assertThat(term.held()).isFalse();
    assertThat(problem.get()).contains("update lease: conflict");
  }

  /** fabric8's elector would never ask again after another exception. */
  @Test
  void leaseThatNobodyCanReadIsAFailedRequest() {
    when(lease.get(client)).thenThrow(new NullPointerException("leaseDurationSeconds"));

    assertThatThrownBy(() -> lock.get(client)).isInstanceOf(KubernetesClientException.class);
    assertThat(problem.get()).hasValueSatisfying(text -> assertThat(text).contains("read lease"));
  }

  @Test
  void problemIsOverWithTheNextAnswer() {
    when(lease.get(client)).thenThrow(new KubernetesClientException("away")).thenReturn(null);
    assertThatThrownBy(() -> lock.get(client)).hasMessage("away");

    assertThat(lock.get(client)).isNull();
    assertThat(problem.get()).isEmpty();
  }
}
