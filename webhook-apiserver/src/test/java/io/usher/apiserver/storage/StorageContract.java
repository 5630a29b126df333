package io.usher.apiserver.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every storage does, whatever it keeps the objects in. */
public abstract class StorageContract {

  protected static final GroupResource WIDGETS = new GroupResource("example.com", "widgets");
  protected static final GroupResource PODS = new GroupResource("", "pods");
  private static final int WRITERS = 8;
  private static final int WRITES = 25;

  private Storage storage;

  /** A storage without objects. */
  protected abstract Storage open() throws Exception;

  @BeforeEach
  void start() throws Exception {
    storage = open();
  }

  @AfterEach
  void stop() {
    storage.close();
  }

  /** An object of no kind. */
  protected static Draft draft(String name, String text) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("kind", "Widget").put("apiVersion", "example.com/v1");
    object.putObject("metadata").put("name", name).putObject("labels").put("name", name);
    return Draft.of(object.put("text", text));
  }

  private static String json(String name, String text, long version) {
    return "{\"kind\":\"Widget\",\"apiVersion\":\"example.com/v1\",\"metadata\":"
        + "{\"resourceVersion\":\""
        + version
        + "\",\"name\":\""
        + name
        + "\",\"labels\":{\"name\":\""
        + name
        + "\"}},\"text\":\""
        + text
        + "\"}";
  }

  protected static String json(StoredObject object) {
    return StandardCharsets.UTF_8.decode(object.json()).toString();
  }

  private StoredObject create(GroupResource resource, String key) {
    return storage.put(resource, key, 0, draft(key.substring(key.indexOf('/') + 1), "new"));
  }

  @Test
  void writtenObjectIsReadWithTheVersionOfTheWrite() {
    StoredObject created = create(WIDGETS, "team/a");
    assertThat(json(created)).isEqualTo(json("a", "new", created.version()));
    StoredObject changed = storage.put(WIDGETS, "team/a", created.version(), draft("a", "é\\n"));
    assertThat(changed.version()).isGreaterThan(created.version());
    StoredObject read = storage.get(WIDGETS, "team/a");
    assertThat(read.version()).isEqualTo(changed.version());
    assertThat(json(read)).isEqualTo(json(changed));
    assertThat(read.labels()).containsEntry("name", "a");
    assertThat(storage.version()).isGreaterThanOrEqualTo(changed.version());
    assertThat(storage.latest()).isGreaterThanOrEqualTo(changed.version());
    assertThat(json(storage.snapshot(WIDGETS).objects().get("team/a"))).isEqualTo(json(changed));
  }

  @Test
  void writerWhoHasNotSeenTheObjectWritesNothing() {
    StoredObject created = create(WIDGETS, "team/a");
    assertThat(create(WIDGETS, "team/a")).isNull();
    assertThat(storage.put(WIDGETS, "team/a", created.version() + 1, draft("a", "x"))).isNull();
    assertThat(storage.put(WIDGETS, "team/none", created.version(), draft("n", "x"))).isNull();
    assertThat(storage.delete(WIDGETS, "team/a", created.version() + 1)).isNull();
    assertThat(storage.delete(WIDGETS, "team/a", 0)).isNull();
    assertThat(storage.delete(WIDGETS, "team/none", 1)).isNull();
    assertThat(json(storage.get(WIDGETS, "team/a"))).isEqualTo(json(created));
    assertThat(storage.changesAfter(WIDGETS, created.version())).isEmpty();
  }

  @Test
  void deletedObjectIsGivenAsItWasWithTheVersionOfItsDeletion() {
    StoredObject created = create(WIDGETS, "team/a");
    StoredObject deleted = storage.delete(WIDGETS, "team/a", created.version());
    assertThat(deleted.version()).isGreaterThan(created.version());
    assertThat(json(deleted)).isEqualTo(json("a", "new", deleted.version()));
    assertThat(storage.get(WIDGETS, "team/a")).isNull();
    assertThat(storage.snapshot(WIDGETS).objects()).isEmpty();
    assertThat(create(WIDGETS, "team/a").version()).isGreaterThan(deleted.version());
  }

  @Test
  void changesTellEachWriteOfTheResourceInOrder() {
    long before = storage.version();
    StoredObject a = create(WIDGETS, "team/a");
    create(PODS, "team/a");
    StoredObject b = create(WIDGETS, "b");
    StoredObject changed = storage.put(WIDGETS, "team/a", a.version(), draft("a", "x"));
    StoredObject deleted = storage.delete(WIDGETS, "b", b.version());
    List<Change> changes = storage.changesAfter(WIDGETS, before);
    assertThat(changes)
        .extracting(Change::version)
        .containsExactly(a.version(), b.version(), changed.version(), deleted.version());
    assertThat(changes).extracting(Change::isDeletion).containsExactly(false, false, false, true);
    assertThat(changes.get(0).before()).isNull();
    assertThat(json(changes.get(2).before())).isEqualTo(json(a));
    assertThat(changes.get(3).before().version()).isEqualTo(b.version());
    assertThat(frames(changes))
        .containsExactly(
            "{\"type\":\"ADDED\",\"object\":" + json(a) + "}\n",
            "{\"type\":\"ADDED\",\"object\":" + json(b) + "}\n",
            "{\"type\":\"MODIFIED\",\"object\":" + json(changed) + "}\n",
            "{\"type\":\"DELETED\",\"object\":" + json(deleted) + "}\n");
    assertThat(storage.changesAfter(WIDGETS, b.version())).hasSize(2);
  }

  private static List<String> frames(List<Change> changes) {
    return changes.stream()
        .map(each -> StandardCharsets.UTF_8.decode(each.object().frame()).toString())
        .toList();
  }

  @Test
  void oldSnapshotIsAsItWas() {
    StoredObject a = create(WIDGETS, "team/a");
    StoredObject b = create(WIDGETS, "team/b");
    create(WIDGETS, "other/c");
    storage.delete(WIDGETS, "team/a", a.version());
    Snapshot old = storage.snapshot(WIDGETS, b.version());
    assertThat(old.version()).isEqualTo(b.version());
    assertThat(old.objects().keySet()).containsExactly("team/a", "team/b");
    Snapshot now = storage.snapshot(WIDGETS);
    assertThat(now.version()).isEqualTo(storage.version());
    assertThat(now.objects().keySet()).containsExactly("other/c", "team/b");
    assertThat(now.inNamespace("team").keySet()).containsExactly("team/b");
  }

  @Test
  void compactedHistoryIsGoneAndTheObjectsStay() {
    StoredObject a = create(WIDGETS, "team/a");
    create(WIDGETS, "team/b");
    storage.compact(storage.version());
    StoredObject c = create(WIDGETS, "team/c");
    assertThatThrownBy(() -> storage.changesAfter(WIDGETS, a.version()))
        .isInstanceOf(CompactedException.class);
    assertThatThrownBy(() -> storage.snapshot(WIDGETS, a.version()))
        .isInstanceOf(CompactedException.class);
    assertThat(storage.snapshot(WIDGETS).objects()).hasSize(3);
    assertThat(storage.changesAfter(WIDGETS, c.version() - 1))
        .extracting(Change::version)
        .containsExactly(c.version());
  }

  @Test
  void listenerRunsWhenTheChangeIsKnownUntilItIsEnded() throws Exception {
    var told = new CountDownLatch(1);
    long before = storage.version();
    Runnable end =
        storage.onChange(
            WIDGETS,
            () -> {
              if (!storage.changesAfter(WIDGETS, before).isEmpty()) {
                told.countDown();
              }
            });
    create(PODS, "team/a");
    assertThat(told.getCount()).isEqualTo(1);
    create(WIDGETS, "team/a");
    assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
    end.run();
  }

  @Test
  void whoWaitsForAVersionIsToldOfIt() throws Exception {
    StoredObject a = create(WIDGETS, "team/a");
    storage.reached(a.version()).get(60, TimeUnit.SECONDS);
    CompletableFuture<Void> next = storage.reached(storage.latest() + 1);
    assertThat(next.isDone()).isFalse();
    create(PODS, "team/a");
    next.get(60, TimeUnit.SECONDS);
  }

  /** Of all who write on the same version one wins, and no version is given twice. */
  @Test
  void writersWhoMeetLoseNoWrite() throws Exception {
    create(WIDGETS, "team/counter");
    var executor = Executors.newFixedThreadPool(WRITERS);
    try {
      var writers = new ArrayList<CompletableFuture<List<Long>>>();
      for (int i = 0; i < WRITERS; i++) {
        writers.add(CompletableFuture.supplyAsync(this::countUp, executor));
      }
      var versions = new HashSet<Long>();
      for (CompletableFuture<List<Long>> each : writers) {
        versions.addAll(each.get(60, TimeUnit.SECONDS));
      }
      assertThat(versions).hasSize(WRITERS * WRITES);
      assertThat(json(storage.get(WIDGETS, "team/counter")))
          .contains("\"text\":\"new" + "x".repeat(WRITERS * WRITES) + "\"");
    } finally {
      executor.shutdownNow();
    }
  }

  private List<Long> countUp() {
    var versions = new ArrayList<Long>();
    while (versions.size() < WRITES) {
      StoredObject seen = storage.get(WIDGETS, "team/counter");
      String json = json(seen);
      String text = json.substring(json.indexOf("\"text\":\"") + 8, json.length() - 2);
      StoredObject written =
          storage.put(WIDGETS, "team/counter", seen.version(), draft("counter", text + "x"));
      if (written != null) {
        versions.add(written.version());
      }
    }
    return versions;
  }
}
