package io.usher.leader;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import io.usher.connection.Connection;
import io.usher.engine.Ticker;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Lease whose age is told by this process: another replica's clock may be wrong. It counts from
 * the moment that the record was first seen as it is, as in client-go. Called by one thread at a
 * time.
 */
final class ObservedLock implements Lock {

  private final Lock lease;
  private final Ticker ticker;
  private final Term term;
  private final Consumer<Optional<String>> problems;
  private @Nullable LeaderElectionRecord observed;
  private long observedNanos;

  /**
   * Looks at each request.
   *
   * @param term is told of each renewal
   * @param problems is told after each request what was wrong, if anything
   */
  ObservedLock(Lock lease, Ticker ticker, Term term, Consumer<Optional<String>> problems) {
    this.lease = lease;
    this.ticker = ticker;
    this.term = term;
    this.problems = problems;
  }

  @Override
  public @Nullable LeaderElectionRecord get(KubernetesClient client) {
    LeaderElectionRecord record = told("read", () -> lease.get(client));
    if (record == null) {
      return null;
    }
    if (!record.equals(observed)) {
      observed = record;
      observedNanos = ticker.nanos();
    }
    Duration age = Duration.ofNanos(ticker.nanos() - observedNanos);
    return record.toBuilder().renewTime(ZonedDateTime.now(ZoneOffset.UTC).minus(age)).build();
  }

  @Override
  public void create(KubernetesClient client, LeaderElectionRecord record) {
    write("create", record, () -> lease.create(client, record));
  }

  /**
   * A Lease that is released has an empty holder, as client-go writes it: null is left out of a
   * merge patch, so that the holder would stay.
   */
  @Override
  public void update(KubernetesClient client, LeaderElectionRecord record) {
    var written =
        record.getHolderIdentity() == null ? record.toBuilder().holderIdentity("").build() : record;
    write("update", written, () -> lease.update(client, written));
  }

  private void write(String verb, LeaderElectionRecord record, Runnable request) {
    long sent = ticker.nanos();
    told(
        verb,
        () -> {
          request.run();
          return null;
        });
    if (identity().equals(record.getHolderIdentity())) {
      term.renewed(sent);
    }
  }

  /** The elector would never try again after another exception than the client's. */
  private <T> @Nullable T told(String verb, Supplier<@Nullable T> request) {
    try {
      T answer = request.get();
      problems.accept(Optional.empty());
      return answer;
    } catch (KubernetesClientException e) {
      problems.accept(Optional.of(verb + " " + describe() + ": " + Connection.reason(e)));
      throw e;
    } catch (RuntimeException e) {
      problems.accept(Optional.of(verb + " " + describe() + ": " + e));
      throw new KubernetesClientException(verb + " " + describe(), e);
    }
  }

  @Override
  public String identity() {
    return lease.identity();
  }

  @Override
  public String describe() {
    return lease.describe();
  }
}
