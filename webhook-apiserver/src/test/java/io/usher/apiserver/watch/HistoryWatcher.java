package io.usher.apiserver.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.apiserver.storage.EventType;
import io.usher.apiserver.storage.StoredObject;
import io.usher.apiserver.storage.StoredTree;
import io.usher.apiserver.watch.WatchHistoriesTest.Written;
import io.usher.rule.LabelSelector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** A client that follows a resource through many watches, each of which breaks somewhere. */
final class HistoryWatcher {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What it watches.
   *
   * @param namespace empty for all
   * @param labels a label selector
   */
  record Selection(String namespace, LabelSelector labels) {
    private static final LabelSelector EVEN = LabelSelector.parse("even=true");

    static final List<Selection> ALL =
        List.of(
            new Selection("", LabelSelector.EVERYTHING),
            new Selection("n0", LabelSelector.EVERYTHING),
            new Selection("", EVEN),
            new Selection("n1", EVEN));

    private boolean accepts(StoredTree object) {
      return labels.matches(object.object().labels());
    }

    private boolean has(String key, Integer value) {
      return value != null
          && (namespace.isEmpty() || key.startsWith(namespace + '/'))
          && labels.matches(Map.of("even", Boolean.toString(value % 2 == 0)));
    }

    /** The events that a history has for it. */
    List<String> told(Map<Long, Written> history) {
      var objects = new HashMap<String, Integer>();
      var events = new ArrayList<String>();
      history.forEach(
          (version, write) -> {
            String key = write.key();
            Integer before = objects.put(key, write.value());
            boolean was = has(key, before);
            if (has(key, write.value())) {
              events.add(event(was ? EventType.MODIFIED : EventType.ADDED, version, key));
            } else if (was) {
              events.add(event(EventType.DELETED, version, key));
            }
          });
      return events;
    }

    private static String event(EventType type, long version, String key) {
      return version + " " + type + ' ' + key;
    }

    /** The values that are there for it after these writes. */
    Map<String, Integer> held(Collection<Written> history) {
      var objects = new TreeMap<String, Integer>();
      history.forEach(write -> objects.put(write.key(), write.value()));
      objects.entrySet().removeIf(each -> !has(each.getKey(), each.getValue()));
      return objects;
    }
  }

  private final Selection selection;
  private final Random random;
  private final List<String> seen = new ArrayList<>();
  private final Map<String, Long> versions = new HashMap<>();
  private Map<String, Integer> held = new TreeMap<>();
  private long after = 1;
  private boolean lost;
  private int expirations;

  HistoryWatcher(Selection selection, Random random) {
    this.selection = selection;
    this.random = random;
  }

  Selection selection() {
    return selection;
  }

  /** The version up to which it has seen all. */
  long after() {
    return after;
  }

  /** The events of all its watches, but those that began with what exists. */
  List<String> seen() {
    return seen;
  }

  /** The values of the objects as it knows them. */
  Map<String, Integer> held() {
    return held;
  }

  /** How often it was told that the history does not reach back to where it was. */
  int expirations() {
    return expirations;
  }

  /**
   * Watches until it has read some frames, or there is nothing to read.
   *
   * @param version of the last write
   */
  void watchOnce(Watches watches, LongSupplier version) {
    boolean state = lost;
    long from = after;
    WatchSpec spec =
        new WatchSpec(
            selection.namespace(),
            selection::accepts,
            state ? WatchSpec.Start.STATE : WatchSpec.Start.AFTER,
            state ? 0 : from,
            true,
            STORED,
            Duration.ofHours(1));
    Frames frames =
        Frames.reading(1 + random.nextInt(20), watches.watch(WatchHistoriesTest.WIDGETS, spec));
    // Breaks where it is: what was not read comes again.
    List<String> read =
        frames.await(
            each -> !each.isEmpty() || frames.ended() || (!state && version.getAsLong() <= from));
    frames.close();
    if (state) {
      beginAnew(read);
    } else {
      read.forEach(this::follow);
    }
  }

  private void follow(String frame) {
    JsonNode event = json(frame);
    if (event.path("type").asText().equals("ERROR")) {
      assertThat(event.at("/object/code").asInt()).isEqualTo(410);
      expirations++;
      lost = true;
      return;
    }
    after = event.at("/object/metadata/resourceVersion").asLong();
    String type = event.path("type").asText();
    if (!type.equals("BOOKMARK")) {
      seen.add(after + " " + type + ' ' + key(event));
      apply(event);
    }
  }

  private void apply(JsonNode event) {
    String key = key(event);
    long version = event.at("/object/metadata/resourceVersion").asLong();
    Long before = versions.put(key, version);
    assertThat(version).isGreaterThan(before == null ? 0 : before);
    if (event.path("type").asText().equals("DELETED")) {
      held.remove(key);
    } else {
      held.put(key, event.at("/object/value").asInt());
    }
  }

  /** Takes over what exists, if it has come whole. */
  private void beginAnew(List<String> frames) {
    var objects = new TreeMap<String, Integer>();
    for (int i = 0; i < frames.size(); i++) {
      JsonNode event = json(frames.get(i));
      if (event.at("/object/end").asBoolean()) {
        lost = false;
        held = objects;
        frames.subList(i, frames.size()).forEach(this::follow);
        return;
      }
      assertThat(event.path("type").asText()).isEqualTo("ADDED");
      long version = event.at("/object/metadata/resourceVersion").asLong();
      objects.put(key(event), event.at("/object/value").asInt());
      Long before = versions.put(key(event), version);
      assertThat(version).isGreaterThanOrEqualTo(before == null ? 0 : before);
    }
  }

  private static String key(JsonNode event) {
    return StoredObject.key(
        event.at("/object/metadata/namespace").asText(),
        event.at("/object/metadata/name").asText());
  }

  private static JsonNode json(String frame) {
    try {
      return JSON.readTree(frame);
    } catch (IOException e) {
      throw new UncheckedIOException(frame, e);
    }
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
              "{\"type\":\"BOOKMARK\",\"object\":{\"end\":"
                  + initialEventsEnd
                  + ",\"metadata\":{\"resourceVersion\":\""
                  + version
                  + "\"}}}\n");
        }
      };
}
