package io.usher.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionResource;
import io.usher.engine.Ticker;
import io.usher.engine.TokenBucket;
import io.usher.rule.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Events: an equal one about an object once in ten minutes, with how often it came
 * meanwhile, and not too many about one object. Thread-safe.
 */
public final class EventRecorder {

  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  private static final GroupVersionResource EVENTS =
      new GroupVersionResource("events.k8s.io", "v1", "events");

  private static final Duration REPEAT = Duration.ofMinutes(10);

  /** What is remembered of Events, and of objects that have some. */
  private static final int MAX_REMEMBERED = 4_096;

  /** As client-go: so many at once about one object, and one more each second after that. */
  private static final int BURST = 25;

  private static final int MAX_NOTE_BYTES = 1024;
  private static final int MAX_NAME = 253;

  /** Kubernetes' MicroTime. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final Sender sender;
  private final String instance;
  private final Clock clock;
  private final Ticker ticker;
  private final Map<Said, Count> said = remembering();
  private final Map<String, TokenBucket> limits = remembering();

  /** Sends what is to be created. */
  @FunctionalInterface
  public interface Sender {

    /**
     * Creates an object.
     *
     * @throws IOException when the API server refuses, or can't be reached
     */
    void create(GroupVersionResource resource, String namespace, JsonNode object)
        throws IOException, InterruptedException;
  }

  /**
   * Nothing is written yet.
   *
   * @param instance which of several processes writes, at most 128 characters
   */
  public EventRecorder(Sender sender, String instance, Clock clock, Ticker ticker) {
    this.sender = sender;
    this.instance = instance;
    this.clock = clock;
    this.ticker = ticker;
  }

  /**
   * Who says something.
   *
   * @param controller as Events name it, {@code ingresses.example.com/usher}
   * @param part of it whose Events are its own
   */
  public record Source(String controller, String part) {}

  private record Said(Source source, String uid, Outcome.Event event) {}

  /** Since when it was said last, and how often it came since. */
  private record Count(long sinceNanos, int times) {}

  private static <K, V> Map<K, V> remembering() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > MAX_REMEMBERED;
      }
    };
  }

  /**
   * Writes an Event about an object, or not; that it can't be written is logged alone.
   *
   * @return whether it is written
   */
  public boolean record(Source source, ObjectReference object, Outcome.Event whole)
      throws InterruptedException {
    // What is remembered is bounded, too.
    var event = new Outcome.Event(whole.type(), whole.reason(), note(whole.note()));
    int times = count(new Said(source, object.uid(), event));
    if (times == 0) {
      return false;
    }
    // Events about objects that are in no namespace are in default.
    String namespace = object.namespace().isEmpty() ? "default" : object.namespace();
    try {
      sender.create(EVENTS, namespace, event(source, object, namespace, event, times));
      return true;
    } catch (IOException e) {
      LOG.warn("{}: an Event about {} is lost: {}", source.part(), object, e.getMessage());
      return false;
    }
  }

  /** For how often an Event that is written now stands; 0 when it is not to be written. */
  private synchronized int count(Said what) {
    Count before = said.get(what);
    long now = ticker.nanos();
    if (before != null && now - before.sinceNanos() < REPEAT.toNanos()) {
      said.put(what, new Count(before.sinceNanos(), before.times() + 1));
      return 0;
    }
    if (!limits.computeIfAbsent(what.uid(), uid -> new TokenBucket(1, BURST, ticker)).tryTake()) {
      return 0;
    }
    said.put(what, new Count(now, 0));
    return before == null ? 1 : before.times() + 1;
  }

  private ObjectNode event(
      Source source, ObjectReference object, String namespace, Outcome.Event event, int times) {
    String now = TIME.format(clock.instant());
    String suffix = "." + Long.toHexString(ticker.nanos());
    String name = object.name();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("apiVersion", "events.k8s.io/v1").put("kind", "Event");
    json.putObject("metadata")
        .put("namespace", namespace)
        .put(
            "name",
            name.substring(0, Math.min(name.length(), MAX_NAME - suffix.length())) + suffix);
    json.put("eventTime", now)
        .put("reportingController", source.controller())
        .put("reportingInstance", instance)
        .put("type", event.type().value())
        .put("action", event.reason())
        .put("reason", event.reason())
        .put("note", event.note());
    if (times > 1) {
      json.putObject("series").put("count", times).put("lastObservedTime", now);
    }
    json.set("regarding", object.json());
    return json;
  }

  /** No longer than the API server takes it, and cut at no half character. */
  private static String note(String note) {
    if (note.getBytes(StandardCharsets.UTF_8).length <= MAX_NOTE_BYTES) {
      return note;
    }
    int end = Math.min(note.length(), MAX_NOTE_BYTES);
    while (note.substring(0, end).getBytes(StandardCharsets.UTF_8).length > MAX_NOTE_BYTES - 3) {
      end = note.offsetByCodePoints(end, -1);
    }
    return note.substring(0, end) + "...";
  }
}
