package io.usher.apiserver.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.EventType;
import io.usher.apiserver.storage.Snapshot;
import io.usher.apiserver.storage.StoredObject;
import io.usher.apiserver.storage.StoredTree;
import io.usher.apiserver.storage.memory.MemoryStorage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Random histories of eight writers, and of watches that break and resume. */
class WatchHistoriesTest {
  private static final GroupResource WIDGETS = new GroupResource("example.com", "widgets");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WRITERS = 8;
  private static final int WRITES = 40;
  private static final int WATCHERS = 3;

  private static ExecutorService executor;
  private static ScheduledExecutorService timer;

  @BeforeContainer
  static void start() {
    executor = Executors.newFixedThreadPool(WRITERS + WATCHERS + 2);
    timer = Executors.newSingleThreadScheduledExecutor();
  }

  @AfterContainer
  static void stop() {
    executor.shutdownNow();
    timer.shutdownNow();
  }

  /** Frames as they are stored. */
  private static final FrameEncoding STORED =
      new FrameEncoding() {
        @Override
        public ByteBuffer frame(EventType type, StoredTree object, boolean first) {
          return object.object().frame(type);
        }

        @Override
        public ByteBuffer bookmark(long version, boolean initialEventsEnd, boolean first) {
          return StandardCharsets.UTF_8.encode(
              "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\""
                  + version
                  + "\"}}}\n");
        }
      };

  /** What a write made of an object: null where it was deleted. */
  private record Written(String key, StoredObject object) {}

  @Property(tries = 60)
  void watcherThatBreaksAndResumesSeesEachVersionOnceAndInOrder(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int objects) throws Exception {
    var storage = MemoryStorage.create(MemoryStorage.DEFAULT_HISTORY_BYTES);
    var watches =
        new Watches(storage, executor, timer, Duration.ofHours(1), Watches.MAX_QUEUED_BYTES);
    var model = new ConcurrentSkipListMap<Long, Written>();
    var tasks = new ArrayList<Future<?>>();
    for (int i = 0; i < WRITERS; i++) {
      var random = new Random(seed + i);
      tasks.add(executor.submit(() -> writeSome(storage, random, objects, model)));
    }
    var watching = new ArrayList<Future<List<JsonNode>>>();
    for (int i = 0; i < WATCHERS; i++) {
      var random = new Random(seed - i - 1);
      watching.add(executor.submit(() -> watchAll(watches, storage, random, tasks)));
    }
    for (Future<?> task : tasks) {
      task.get(60, TimeUnit.SECONDS);
    }
    List<String> expected = model.entrySet().stream().map(WatchHistoriesTest::told).toList();
    for (Future<List<JsonNode>> watcher : watching) {
      List<JsonNode> frames = watcher.get(60, TimeUnit.SECONDS);
      assertThat(frames.stream().map(WatchHistoriesTest::told).toList()).isEqualTo(expected);
    }
    listsEqualTheModels(storage, model);
  }

  private static Void writeSome(
      MemoryStorage storage, Random random, int objects, Map<Long, Written> model) {
    for (int i = 0; i < WRITES; i++) {
      String name = "w" + random.nextInt(objects);
      String key = "n" + random.nextInt(2) + "/" + name;
      StoredObject seen = storage.get(WIDGETS, key);
      long version = seen == null ? 0 : seen.version();
      boolean deletes = random.nextInt(4) == 0;
      StoredObject written =
          deletes
              ? storage.delete(WIDGETS, key, version)
              : storage.put(WIDGETS, key, version, draft(name, random.nextInt()));
      if (written != null) {
        model.put(written.version(), new Written(key, deletes ? null : written));
      }
    }
    return null;
  }

  private static Draft draft(String name, int value) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.putObject("metadata").put("name", name);
    return Draft.of(object.put("value", value));
  }

  /** Reads until all writers are done and nothing more comes, with breaks. */
  private static List<JsonNode> watchAll(
      Watches watches, MemoryStorage storage, Random random, List<Future<?>> writers)
      throws Exception {
    var seen = new ArrayList<JsonNode>();
    long after = 1;
    while (true) {
      boolean last = writers.stream().allMatch(Future::isDone);
      long from = after;
      if (last && from >= storage.version()) {
        return seen;
      }
      Frames frames = Frames.reading(1 + random.nextInt(20), watches.watch(WIDGETS, spec(from)));
      // Breaks where it is: what was not read comes again.
      List<String> read = frames.await(each -> !each.isEmpty() || storage.version() <= from);
      frames.close();
      for (String frame : read) {
        seen.add(JSON.readTree(frame));
        after = version(frame);
      }
    }
  }

  private static WatchSpec spec(long after) {
    return new WatchSpec(
        "", all -> true, WatchSpec.Start.AFTER, after, false, STORED, Duration.ofHours(1));
  }

  private static long version(String frame) {
    try {
      return JSON.readTree(frame).at("/object/metadata/resourceVersion").asLong();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String told(JsonNode frame) {
    JsonNode object = frame.path("object");
    return object.at("/metadata/resourceVersion").asText()
        + ' '
        + object.at("/metadata/name").asText()
        + (frame.path("type").asText().equals("DELETED")
            ? " gone"
            : " " + object.path("value").asText());
  }

  private static String told(Map.Entry<Long, Written> written) {
    String name = written.getValue().key().split("/")[1];
    StoredObject object = written.getValue().object();
    return written.getKey()
        + " "
        + name
        + (object == null ? " gone" : " " + new StoredTree(object).tree().path("value").asText());
  }

  private static void listsEqualTheModels(MemoryStorage storage, Map<Long, Written> model) {
    var objects = new TreeMap<String, Long>();
    for (Map.Entry<Long, Written> write : model.entrySet()) {
      if (write.getValue().object() == null) {
        objects.remove(write.getValue().key());
      } else {
        objects.put(write.getValue().key(), write.getKey());
      }
      Snapshot snapshot = storage.snapshot(WIDGETS, write.getKey());
      var listed = new HashMap<String, Long>();
      snapshot.objects().forEach((key, object) -> listed.put(key, object.version()));
      assertThat(listed).isEqualTo(objects);
    }
  }
}
