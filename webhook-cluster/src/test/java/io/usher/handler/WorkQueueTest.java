package io.usher.handler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.usher.view.ObjectPruner;
import io.usher.view.StoredObject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WorkQueueTest {

  private static final HandlerSettings SETTINGS =
      new HandlerSettings(
          Duration.ofSeconds(1), Duration.ofSeconds(60), 15, 1, 3, 20, 30, Duration.ofSeconds(150));

  private static final ObjectKey A = new ObjectKey("default", "a");
  private static final ObjectKey B = new ObjectKey("default", "b");

  private final AtomicLong now = new AtomicLong();
  private final WorkQueue queue = queue(false);

  private WorkQueue queue(boolean latest) {
    return new WorkQueue(latest, SETTINGS, new Random(1), now::get);
  }

  private static StoredObject object(String version) {
    var json = JsonNodeFactory.instance.objectNode();
    json.putObject("metadata").put("name", "a").put("resourceVersion", version);
    return new ObjectPruner(List.of()).prune(json);
  }

  private Work poll() {
    return Objects.requireNonNull(queue.poll(), "nothing is due");
  }

  private static @Nullable String old(Work work) {
    return work.old == null ? null : work.old.resourceVersion();
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void theLagIsWhatTheObjectWaitsThatIsDueLongest() {
    assertThat(queue.lag()).isZero();
    queue.add(A, null);
    pass(Duration.ofSeconds(2));
    queue.add(B, null);
    pass(Duration.ofSeconds(1));
    assertThat(queue.lag()).isEqualTo(Duration.ofSeconds(3));

    Work a = poll();
    assertThat(queue.lag()).isEqualTo(Duration.ofSeconds(1));
    queue.done(poll());
    queue.again(a, Duration.ofMinutes(5));
    assertThat(queue.lag()).isZero();
  }

  @Test
  void anObjectThatChangesAgainWaitsOnceAtItsPlace() {
    queue.add(A, null);
    queue.add(B, null);
    queue.add(A, null);

    assertThat(poll().key).isEqualTo(A);
    assertThat(poll().key).isEqualTo(B);
    assertThat(queue.poll()).isNull();
  }

  @Test
  void anObjectDoesNotComeOutWhileItRunsButComesAfterIt() {
    queue.add(A, object("1"));
    Work work = poll();
    queue.add(A, object("2"));
    queue.add(A, object("3"));
    assertThat(queue.poll()).isNull();

    queue.done(work);

    assertThat(old(poll())).isEqualTo("2");
  }

  @Test
  void severalChangesAreOneFromTheFirstOldObjectOn() {
    queue.add(A, object("1"));
    queue.add(A, object("2"));

    assertThat(old(poll())).isEqualTo("1");
  }

  @Test
  void ofSeveralThatAreGoneTheLastCounts() {
    WorkQueue gone = queue(true);
    gone.add(A, object("1"));
    gone.add(A, object("2"));

    assertThat(old(Objects.requireNonNull(gone.poll()))).isEqualTo("2");
  }

  @Test
  void whatFailedKeepsItsOldObject() {
    queue.add(A, object("1"));
    Work work = poll();
    queue.add(A, object("2"));
    queue.retry(work, Duration.ZERO);
    pass(Duration.ofSeconds(1));

    assertThat(old(poll())).isEqualTo("1");
  }

  @Test
  void whatComesBackByItselfAndChangesIsSeenFromWhereItWas() {
    queue.add(A, object("1"));
    queue.again(poll(), Duration.ofSeconds(5));
    queue.add(A, object("2"));
    queue.add(A, object("3"));

    assertThat(old(poll())).isEqualTo("2");
  }

  @Test
  void pausesDoubleUpToTheLongestAndEndWithSuccess() {
    queue.add(A, null);
    for (long seconds : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      queue.retry(poll(), Duration.ZERO);
      Duration pause = Objects.requireNonNull(queue.untilDue());
      assertThat(pause).isBetween(Duration.ofMillis(seconds * 500), Duration.ofSeconds(seconds));
      pass(pause);
    }
    queue.again(poll(), Duration.ofSeconds(5));

    assertThat(queue.untilDue()).isEqualTo(Duration.ofSeconds(5));
    pass(Duration.ofSeconds(5));
    Work work = poll();
    assertThat(work.failures).isZero();
    queue.done(work);
    assertThat(queue.size()).isZero();
  }

  @Test
  void theApiServersWishIsHeededUpToTheLongestPause() {
    queue.add(A, null);
    queue.retry(poll(), Duration.ofSeconds(20));
    assertThat(queue.untilDue()).isEqualTo(Duration.ofSeconds(20));

    pass(Duration.ofSeconds(20));
    queue.retry(poll(), Duration.ofHours(1));
    assertThat(queue.untilDue()).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void retriesOfManyObjectsAreLimitedTogether() {
    for (int i = 0; i < 10; i++) {
      queue.add(new ObjectKey("default", "map-" + i), null);
    }
    for (int i = 0; i < 10; i++) {
      queue.retry(poll(), Duration.ZERO);
    }
    pass(Duration.ofSeconds(4));
    int due = 0;
    while (queue.poll() != null) {
      due++;
    }

    // Three at once, and one a second: the last of those that are due comes with the fourth second.
    assertThat(due).isEqualTo(7);
  }

  @Test
  void aChangeComesEarlierThanALongPauseButNotAtOnce() {
    queue.add(A, null);
    for (int i = 0; i < 6; i++) {
      queue.retry(poll(), Duration.ZERO);
      pass(Duration.ofSeconds(60));
    }
    queue.retry(poll(), Duration.ZERO);
    queue.add(A, null);

    assertThat(queue.untilDue()).isEqualTo(Duration.ofSeconds(1));
    queue.add(A, null);
    assertThat(queue.untilDue()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aRemovedObjectIsNotDueEvenAfterItsRun() {
    queue.add(A, null);
    queue.add(B, null);
    queue.remove(A);
    Work work = poll();
    assertThat(work.key).isEqualTo(B);

    queue.add(B, null);
    queue.remove(B);
    queue.done(work);

    assertThat(queue.size()).isZero();
  }
}
