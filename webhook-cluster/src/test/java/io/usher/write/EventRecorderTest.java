package io.usher.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.rule.Outcome;
import io.usher.rule.Outcome.Event;
import io.usher.write.EventRecorder.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EventRecorderTest {

  private static final Source SOURCE = new Source("shop.example.com/usher", "handler Teams.add");
  private static final Event LABELLED = Outcome.event("Labelled", "the team is shop");
  private static final ObjectReference POD = pod("web", "u-1");

  private final AtomicLong nanos = new AtomicLong(0x10);
  private final List<String> paths = new ArrayList<>();
  private final List<JsonNode> sent = new ArrayList<>();
  private final EventRecorder recorder =
      recorder(
          (resource, namespace, object) -> {
            paths.add(resource.group() + "/" + resource.resource() + " " + namespace);
            sent.add(object);
          });

  private EventRecorder recorder(EventRecorder.Sender sender) {
    return new EventRecorder(
        sender,
        "replica-1",
        Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC),
        nanos::get);
  }

  private static ObjectReference pod(String name, String uid) {
    return new ObjectReference("v1", "Pod", "shop", name, uid, "7");
  }

  private void passes(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void anEventIsOfTheGroupEvents() throws Exception {
    assertThat(recorder.record(SOURCE, POD, LABELLED)).isTrue();

    assertThat(paths).containsExactly("events.k8s.io/events shop");
    assertThat(sent)
        .containsExactly(
            new ObjectMapper()
                .readTree(
                    """
                    {"apiVersion": "events.k8s.io/v1", "kind": "Event",
                     "metadata": {"namespace": "shop", "name": "web.10"},
                     "eventTime": "2026-01-02T03:04:05.678000Z",
                     "reportingController": "shop.example.com/usher",
                     "reportingInstance": "replica-1",
                     "type": "Normal", "action": "Labelled", "reason": "Labelled",
                     "note": "the team is shop",
                     "regarding": {"apiVersion": "v1", "kind": "Pod", "namespace": "shop",
                                   "name": "web", "uid": "u-1", "resourceVersion": "7"}}"""));
  }

  @Test
  void anEventAboutAnObjectOfNoNamespaceIsInDefault() throws Exception {
    recorder.record(SOURCE, new ObjectReference("v1", "Node", "", "node-1", "u-2", ""), LABELLED);

    assertThat(paths).containsExactly("events.k8s.io/events default");
    assertThat(sent.get(0).get("regarding").toString())
        .isEqualTo("{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"name\":\"node-1\",\"uid\":\"u-2\"}");
  }

  @Test
  void anEqualEventIsWrittenOnceInTenMinutesAndThenToldHowOftenItCame() throws Exception {
    recorder.record(SOURCE, POD, LABELLED);
    passes(Duration.ofMinutes(9));
    assertThat(recorder.record(SOURCE, POD, LABELLED)).isFalse();
    assertThat(recorder.record(new Source("b.example.com/usher", "b"), POD, LABELLED)).isTrue();
    assertThat(recorder.record(SOURCE, pod("web", "u-9"), LABELLED)).isTrue();
    passes(Duration.ofMinutes(1));

    assertThat(recorder.record(SOURCE, POD, LABELLED)).isTrue();

    assertThat(sent).hasSize(4);
    assertThat(sent.get(3).get("series").toString())
        .isEqualTo("{\"count\":2,\"lastObservedTime\":\"2026-01-02T03:04:05.678000Z\"}");
  }

  @Test
  void eventsAboutOneObjectAreLimited() throws Exception {
    for (int i = 0; i < 30; i++) {
      recorder.record(SOURCE, POD, Outcome.event("Labelled", "note " + i));
    }
    assertThat(sent).hasSize(25);

    passes(Duration.ofSeconds(1));
    assertThat(recorder.record(SOURCE, POD, Outcome.event("Labelled", "one more"))).isTrue();
    assertThat(recorder.record(SOURCE, POD, Outcome.event("Labelled", "another"))).isFalse();
  }

  @Test
  void nameAndNoteAreNoLongerThanTheApiServerTakesThem() throws Exception {
    recorder.record(
        SOURCE, pod("a".repeat(253), "u-1"), Outcome.event("R", "\uD83D\uDE00".repeat(300)));

    assertThat(sent.get(0).at("/metadata/name").asText()).isEqualTo("a".repeat(250) + ".10");
    assertThat(sent.get(0).get("note").asText()).isEqualTo("\uD83D\uDE00".repeat(255) + "...");
    assertThat(sent.get(0).get("note").asText().getBytes(StandardCharsets.UTF_8))
        .hasSizeLessThanOrEqualTo(1024);
  }

  @Test
  void notesThatAreCutToTheSameAreEqual() throws Exception {
    recorder.record(SOURCE, POD, Outcome.event("R", "x".repeat(2_000) + "1"));

    assertThat(recorder.record(SOURCE, POD, Outcome.event("R", "x".repeat(2_000) + "2"))).isFalse();
  }

  @Test
  void anEventThatCantBeWrittenIsNoFailure() throws Exception {
    var refused =
        recorder(
            (resource, namespace, object) -> {
              throw new IOException("403");
            });

    assertThat(refused.record(SOURCE, POD, LABELLED)).isFalse();
  }
}
