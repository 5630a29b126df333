package io.usher.apiserver.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.Snapshot;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StoredObject;
import io.usher.apiserver.storage.file.FileStorage;
import io.usher.apiserver.storage.memory.MemoryStorage;
import io.usher.apiserver.watch.HistoryWatcher.Selection;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.BeforeTry;

/**
 * Random histories of eight writers, and of watches that break and resume: of everything, of a
 * namespace, of a label, of both.
 */
class WatchHistoriesTest {
  static final GroupResource WIDGETS = new GroupResource("example.com", "widgets");
  private static final int WRITERS = 8;
  private static final int WRITES = 40;

  /** So often that streams break at bookmarks, too. */
  private static final Duration BOOKMARKS = Duration.ofMillis(20);

  private static ExecutorService executor;
  private ScheduledExecutorService timer;
  private Path folder;

  /** What a write left of an object: null where it was deleted. */
  record Written(String key, Integer value) {}

  private final ConcurrentSkipListMap<Long, Written> model = new ConcurrentSkipListMap<>();

  @BeforeContainer
  static void startThreads() {
    executor = Executors.newFixedThreadPool(WRITERS + Selection.ALL.size() + 2);
  }

  @AfterContainer
  static void stopThreads() {
    executor.shutdownNow();
  }

  @BeforeTry
  void begin() throws IOException {
    timer = Executors.newSingleThreadScheduledExecutor();
    folder = Files.createTempDirectory("usher-histories");
    model.clear();
  }

  @AfterTry
  void end() throws IOException {
    timer.shutdownNow();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    }
  }

  @Property(tries = 60)
  void watcherThatBreaksAndResumesSeesEachVersionOnceAndInOrder(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int objects) throws Exception {
    try (Storage storage = MemoryStorage.create(MemoryStorage.DEFAULT_HISTORY_BYTES)) {
      List<HistoryWatcher> watchers = watchers(seed);
      writeAndWatch(storage, seed, objects, watchers, true);
      requireWholeHistories(watchers);
      listsEqualTheModels(storage, 1);
    }
  }

  /** What a file holds is the same history after a restart, and watchers go on in it. */
  @Property(tries = 10)
  void watcherResumesInTheHistoryOfAFileThatWasClosed(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int objects) throws Exception {
    Path file = folder.resolve("objects.db");
    List<HistoryWatcher> watchers = watchers(seed);
    try (Storage storage = FileStorage.open(file, MemoryStorage.DEFAULT_HISTORY_BYTES)) {
      writeAndWatch(storage, seed, objects, watchers, false);
      listsEqualTheModels(storage, 1);
    }
    try (Storage storage = FileStorage.open(file, MemoryStorage.DEFAULT_HISTORY_BYTES)) {
      assertThat(storage.version()).isEqualTo(model.lastKey());
      listsEqualTheModels(storage, 1);
      writeAndWatch(storage, seed + 1, objects, watchers, true);
      listsEqualTheModels(storage, 1);
    }
    requireWholeHistories(watchers);
  }

  @Property(tries = 30)
  void watcherThatTheHistoryHasLeftBehindBeginsAnewAndNeverGoesBack(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int objects) throws Exception {
    try (Storage storage = MemoryStorage.create(MemoryStorage.DEFAULT_HISTORY_BYTES)) {
      List<HistoryWatcher> watchers = watchers(seed);
      writeAndWatch(storage, seed, objects, watchers, false);
      writeAndWatch(storage, seed + 1, objects, List.of(), true);
      storage.compact(storage.version());
      listsEqualTheModels(storage, storage.version());
      writeAndWatch(storage, seed + 2, objects, watchers, true);
      for (HistoryWatcher each : watchers) {
        assertThat(each.expirations()).isPositive();
        assertThat(each.held()).isEqualTo(each.selection().held(model.values()));
      }
    }
  }

  private static List<HistoryWatcher> watchers(long seed) {
    var watchers = new ArrayList<HistoryWatcher>();
    for (Selection each : Selection.ALL) {
      watchers.add(new HistoryWatcher(each, new Random(seed - watchers.size() - 1)));
    }
    return watchers;
  }

  /**
   * @param toTheEnd whether watchers stop only once they have seen all
   */
  private void writeAndWatch(
      Storage storage, long seed, int objects, List<HistoryWatcher> watchers, boolean toTheEnd)
      throws Exception {
    var watches = new Watches(storage, executor, timer, BOOKMARKS, Watches.MAX_QUEUED_BYTES);
    var writers = new ArrayList<Future<?>>();
    for (int i = 0; i < WRITERS; i++) {
      var random = new Random(seed + i);
      writers.add(executor.submit(() -> writeSome(storage, random, objects)));
    }
    var watching = new ArrayList<Future<?>>();
    for (HistoryWatcher each : watchers) {
      watching.add(
          executor.submit(
              () -> {
                boolean written = false;
                while (!written || (toTheEnd && each.after() < storage.version())) {
                  written = writers.stream().allMatch(Future::isDone);
                  each.watchOnce(watches, storage::version);
                }
                return null;
              }));
    }
    for (Future<?> each : writers) {
      each.get(60, TimeUnit.SECONDS);
    }
    for (Future<?> each : watching) {
      each.get(60, TimeUnit.SECONDS);
    }
    watches.endAll();
  }

  private Void writeSome(Storage storage, Random random, int objects) {
    for (int i = 0; i < WRITES; i++) {
      String namespace = "n" + random.nextInt(2);
      String name = "w" + random.nextInt(objects);
      String key = StoredObject.key(namespace, name);
      int value = random.nextInt(1000);
      StoredObject seen = storage.get(WIDGETS, key);
      long version = seen == null ? 0 : seen.version();
      boolean deletes = random.nextInt(4) == 0;
      StoredObject written =
          deletes
              ? storage.delete(WIDGETS, key, version)
              : storage.put(WIDGETS, key, version, draft(namespace, name, value));
      if (written != null) {
        model.put(written.version(), new Written(key, deletes ? null : value));
      }
    }
    return null;
  }

  private static Draft draft(String namespace, String name, int value) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata = object.putObject("metadata");
    metadata.put("name", name).put("namespace", namespace);
    metadata.putObject("labels").put("even", Boolean.toString(value % 2 == 0));
    return Draft.of(object.put("value", value));
  }

  private void requireWholeHistories(List<HistoryWatcher> watchers) {
    for (HistoryWatcher each : watchers) {
      assertThat(each.seen()).isEqualTo(each.selection().told(model));
    }
  }

  /** From the version on that the history still reaches. */
  private void listsEqualTheModels(Storage storage, long from) {
    var objects = new TreeMap<String, Long>();
    for (Map.Entry<Long, Written> write : model.entrySet()) {
      if (write.getValue().value() == null) {
        objects.remove(write.getValue().key());
      } else {
        objects.put(write.getValue().key(), write.getKey());
      }
      if (write.getKey() >= from) {
        Snapshot snapshot = storage.snapshot(WIDGETS, write.getKey());
        var listed = new TreeMap<String, Long>();
        snapshot.objects().forEach((key, object) -> listed.put(key, object.version()));
        assertThat(listed).isEqualTo(objects);
      }
    }
  }
}
