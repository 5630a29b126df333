package io.usher.apiserver.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.CompactedException;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.StoredObject;
import java.util.List;
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
