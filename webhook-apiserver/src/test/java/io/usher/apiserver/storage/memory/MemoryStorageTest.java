package io.usher.apiserver.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.CompactedException;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.Journal;
import io.usher.apiserver.storage.StoredObject;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class MemoryStorageTest {
  private static final GroupResource WIDGETS = new GroupResource("example.com", "widgets");
  private static final GroupResource GADGETS = new GroupResource("example.com", "gadgets");
  private static final int HISTORY_BYTES = 100_000;

  private final MemoryStorage storage = MemoryStorage.create(HISTORY_BYTES);

  private void write(GroupResource resource, int times, int size) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.putObject("metadata").put("name", "w");
    object.put("value", "x".repeat(size));
    for (int i = 0; i < times; i++) {
      StoredObject before = storage.get(resource, "w");
      storage.put(resource, "w", before == null ? 0 : before.version(), Draft.of(object));
    }
  }

  /** A change is kept with the object before it. */
  private static long bytes(List<Change> changes) {
    return changes.stream()
        .mapToLong(
            each -> each.object().length() + (each.before() == null ? 0 : each.before().length()))
        .sum();
  }

  private List<Change> history(GroupResource resource) {
    for (long version = 1; ; version++) {
      try {
        return storage.changesAfter(resource, version);
      } catch (CompactedException e) {
        assertThat(version).isLessThan(storage.version());
      }
    }
  }

  /** Whoever tries again sees what was faster, though that is only now on its way to the disk. */
  @Test
  void writeThatLosesWaitsForTheOneThatWasFaster() throws Exception {
    var syncing = new CountDownLatch(1);
    var synced = new CountDownLatch(1);
    try (MemoryStorage slow = MemoryStorage.open(HISTORY_BYTES, new SlowJournal(syncing, synced))) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      object.putObject("metadata").put("name", "w");
      var first = CompletableFuture.supplyAsync(() -> slow.put(WIDGETS, "w", 0, Draft.of(object)));
      syncing.await();
      var seen = new CompletableFuture<StoredObject>();
      var second =
          new Thread(
              () -> {
                assertThat(slow.put(WIDGETS, "w", 0, Draft.of(object))).isNull();
                seen.complete(slow.get(WIDGETS, "w"));
              });
      second.start();
      Awaitility.await().until(() -> seen.isDone() || second.getState() == Thread.State.WAITING);
      synced.countDown();

      assertThat(seen.get()).isNotNull().isSameAs(first.get());
    }
  }

  /** Empty, and as slow as it is told. */
  private record SlowJournal(CountDownLatch syncing, CountDownLatch synced) implements Journal {

    @Override
    public void load(Reader reader) {
      reader.baseVersion(1);
    }

    @Override
    public void append(List<Entry> entries) throws IOException {
      syncing.countDown();
      try {
        synced.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void compact(long version) {}

    @Override
    public void close() {}
  }

  @Test
  void historyHasNoMoreBytesThanItMayHoweverManyChangesTheyAre() {
    write(WIDGETS, 2000, 10);
    assertThat(bytes(history(WIDGETS))).isLessThan(HISTORY_BYTES);
    int small = history(WIDGETS).size();
    write(WIDGETS, 2000, 10_000);
    assertThat(bytes(history(WIDGETS))).isLessThan(HISTORY_BYTES);
    assertThat(history(WIDGETS)).isNotEmpty().hasSizeLessThan(small / 10);
  }

  @Test
  void objectThatIsLargerThanTheHistoryIsReadAllTheSame() {
    write(WIDGETS, 2, 2 * HISTORY_BYTES);
    assertThat(history(WIDGETS)).isEmpty();
    assertThat(storage.snapshot(WIDGETS).objects()).containsOnlyKeys("w");
    assertThat(storage.snapshot(WIDGETS, storage.version()).objects()).containsOnlyKeys("w");
  }

  /** The resource that changes most does not make the others forget more than the oldest. */
  @Test
  void allResourcesShareTheHistory() {
    write(GADGETS, 3, 10);
    assertThat(history(GADGETS)).hasSize(3);
    write(WIDGETS, 2000, 100);
    assertThat(history(GADGETS)).isEmpty();
    assertThatThrownBy(() -> storage.changesAfter(GADGETS, 2))
        .isInstanceOf(CompactedException.class);
    write(GADGETS, 1, 10);
    assertThat(history(GADGETS)).hasSize(1);
    assertThat(bytes(history(GADGETS)) + bytes(history(WIDGETS))).isLessThan(HISTORY_BYTES);
  }
}
