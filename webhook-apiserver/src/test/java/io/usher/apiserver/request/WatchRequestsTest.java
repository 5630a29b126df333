package io.usher.apiserver.request;

import static io.usher.apiserver.request.TestServer.CONFIG_MAPS;
import static io.usher.apiserver.request.TestServer.WIDGETS;
import static io.usher.apiserver.request.TestServer.configMap;
import static io.usher.apiserver.request.TestServer.widget;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Column;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.SelectableField;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.watch.Frames;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchRequestsTest {
  private final TestServer server = TestServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  private static String told(String frame) {
    assertThat(frame).endsWith("\n").matches("[^\n]*\n");
    JsonNode event = TestServer.json(frame);
    JsonNode metadata = event.at("/object/metadata");
    return event.path("type").asText()
        + ' '
        + metadata.path("name").asText()
        + ' '
        + metadata.path("resourceVersion").asText();
  }

  private static List<String> told(List<String> frames) {
    return frames.stream().map(WatchRequestsTest::told).toList();
  }

  @Test
  void watchWithoutVersionBeginsWithWhatExists() {
    server.post(CONFIG_MAPS, configMap("a"));
    Frames frames = server.watch(CONFIG_MAPS + "?watch=1");
    frames.await(1);
    server.post(CONFIG_MAPS, configMap("b"));
    server.patch(CONFIG_MAPS + "/a", "merge-patch", "{\"data\":{\"a\":\"2\"}}");
    server.delete(CONFIG_MAPS + "/a");

    List<String> all = frames.await(4);
    assertThat(told(all)).containsExactly("ADDED a 2", "ADDED b 3", "MODIFIED a 4", "DELETED a 5");
    JsonNode deleted = TestServer.json(all.get(3));
    assertThat(deleted.at("/object/data/a").asText()).isEqualTo("2");
    assertThat(deleted.at("/object/kind").asText()).isEqualTo("ConfigMap");
  }

  @Test
  void watchFromAVersionTellsWhatFollowed() {
    server.post(CONFIG_MAPS, configMap("a"));
    server.patch(CONFIG_MAPS + "/a", "merge-patch", "{\"data\":{\"a\":\"2\"}}");
    Frames frames = server.watch(CONFIG_MAPS + "?watch=true&resourceVersion=2");
    server.delete(CONFIG_MAPS + "/a");
    assertThat(told(frames.await(2))).containsExactly("MODIFIED a 3", "DELETED a 4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/watch/namespaces/default/configmaps",
        "/api/v1/watch/configmaps",
        "/api/v1/watch/namespaces/default/configmaps/a",
        "/api/v1/namespaces/default/configmaps?watch=yes&fieldSelector=metadata.name%3Da",
        "/api/v1/configmaps?watch=&fieldSelector=metadata.name%3Da",
      })
  void oldFormAndSelectorsWatchToo(String uri) {
    server.post(CONFIG_MAPS, configMap("a"));
    assertThat(told(server.watch(uri).await(1))).containsExactly("ADDED a 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"watch=0", "watch=false"})
  void valueThatMeansNoIsAList(String query) {
    assertThat(server.get(CONFIG_MAPS + "?" + query).body().path("kind").asText())
        .isEqualTo("ConfigMapList");
  }

  @Test
  void namedWatchSeesNoOther() {
    Frames frames = server.watch("/api/v1/watch/namespaces/default/configmaps/b");
    server.post(CONFIG_MAPS, configMap("a"));
    server.post(CONFIG_MAPS, configMap("b"));
    assertThat(told(frames.await(1))).containsExactly("ADDED b 3");
  }

  @Test
  void selectorTurnsAChangeIntoAddedAndDeleted() {
    Frames labels = server.watch(CONFIG_MAPS + "?watch=1&labelSelector=l%3D1");
    Frames fields = server.watch(WIDGETS + "?watch=1&fieldSelector=spec.color%3Dred");
    server.post(CONFIG_MAPS, configMap("a"));
    String a = CONFIG_MAPS + "/a";
    server.patch(a, "merge-patch", "{\"metadata\":{\"labels\":{\"l\":\"1\"}}}");
    server.patch(a, "merge-patch", "{\"data\":{\"a\":\"2\"}}");
    server.patch(a, "merge-patch", "{\"metadata\":{\"labels\":{\"l\":\"2\"}}}");
    server.delete(a);
    server.post(WIDGETS, widget("w", "red"));
    server.patch(WIDGETS + "/w", "merge-patch", "{\"spec\":{\"color\":\"blue\"}}");

    List<String> seen = labels.await(3);
    assertThat(told(seen)).containsExactly("ADDED a 3", "MODIFIED a 4", "DELETED a 5");
    assertThat(TestServer.json(seen.get(2)).at("/object/metadata/labels/l").asText())
        .isEqualTo("1");
    assertThat(told(fields.await(2))).containsExactly("ADDED w 7", "DELETED w 8");
  }

  @Test
  void initialEventsEndWithABookmarkThatSaysSo() {
    server.post(CONFIG_MAPS, configMap("a"));
    Frames frames =
        server.watch(
            CONFIG_MAPS
                + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
                + "&allowWatchBookmarks=true");
    assertThat(frames.await(2).get(1))
        .isEqualTo(
            "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\","
                + "\"metadata\":{\"resourceVersion\":\"2\",\"annotations\":"
                + "{\"k8s.io/initial-events-end\":\"true\"}}}}\n");
  }

  @Test
  void initialEventsMayBeLeftOut() {
    server.post(CONFIG_MAPS, configMap("a"));
    Frames frames =
        server.watch(
            CONFIG_MAPS + "?watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan");
    server.post(CONFIG_MAPS, configMap("b"));
    assertThat(told(frames.await(1))).containsExactly("ADDED b 3");
  }

  @Test
  void timeoutEndsTheStreamWithALastBookmark() {
    Frames frames =
        server.watch(
            CONFIG_MAPS + "?watch=1&timeoutSeconds=3&allowWatchBookmarks=true&resourceVersion=1");
    server.post(WIDGETS, widget("w", "red"));
    assertThat(told(frames.awaitEnd())).containsExactly("BOOKMARK  2");
    assertThat(frames.aborted()).isFalse();
  }

  @Test
  void bookmarksComeFromTimeToTime() {
    try (TestServer often =
        TestServer.start(config -> config.bookmarkPeriod(Duration.ofMillis(50)))) {
      Frames frames =
          often.watch(CONFIG_MAPS + "?watch=1&allowWatchBookmarks=true&resourceVersion=1");
      often.post(WIDGETS, widget("w", "red"));
      frames.await(seen -> told(seen).contains("BOOKMARK  2"));
    }
  }

  @Test
  void versionThatTheHistoryHasLeftIsAnErrorEvent() {
    server.post(CONFIG_MAPS, configMap("a"));
    server.post(CONFIG_MAPS, configMap("b"));
    server.server.storage().compact(3);
    Frames frames = server.watch(CONFIG_MAPS + "?watch=1&resourceVersion=2");
    assertThat(frames.awaitEnd())
        .containsExactly(
            "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\","
                + "\"metadata\":{},\"status\":\"Failure\","
                + "\"message\":\"too old resource version: 2 (3)\",\"reason\":\"Expired\","
                + "\"code\":410}}\n");
  }

  @Test
  void watcherThatDoesNotReadIsCutOffAndHoldsNobodyUp() {
    try (TestServer small = TestServer.start(config -> config.maxQueuedBytes(4096))) {
      var slow =
          (ApiResponse.Streaming)
              small.send(ApiRequest.of("GET", CONFIG_MAPS + "?watch=1&resourceVersion=1"));
      Frames reader = small.watch(CONFIG_MAPS + "?watch=1&resourceVersion=1");
      Frames stuck = Frames.reading(1, slow.stream());
      for (int i = 0; i < 50; i++) {
        small.post(CONFIG_MAPS, configMap("c" + i));
        reader.await(i + 1);
      }
      stuck.awaitEnd();
      assertThat(stuck.aborted()).isTrue();
      assertThat(reader.aborted()).isFalse();
    }
  }

  /** What it may leave unread counts from then on: else it would be cut off for ever. */
  @Test
  void watchResumesHoweverMuchItHasMissed() {
    try (TestServer small = TestServer.start(config -> config.maxQueuedBytes(1024))) {
      for (int i = 0; i < 50; i++) {
        small.post(CONFIG_MAPS, configMap("c" + i));
      }
      Frames frames = small.watch(CONFIG_MAPS + "?watch=1&resourceVersion=1");
      assertThat(frames.await(50)).hasSize(50);
      assertThat(frames.aborted()).isFalse();
    }
  }

  @Test
  void clientThatTakesNothingIsFoundThoughNothingChanges() {
    try (TestServer often =
        TestServer.start(config -> config.bookmarkPeriod(Duration.ofMillis(50)))) {
      often.post(CONFIG_MAPS, configMap("a"));
      var watch =
          (ApiResponse.Streaming) often.send(ApiRequest.of("GET", CONFIG_MAPS + "?watch=1"));
      Frames stuck = Frames.reading(1, watch.stream());
      stuck.awaitEnd();
      assertThat(stuck.aborted()).isTrue();
      assertThat(often.server.watches().open()).isZero();
    }
  }

  private static final String GAUGES = "/apis/example.com/v1/namespaces/default/gauges";
  private static final String TABLE = "application/json;as=Table;g=meta.k8s.io;v=v1";

  /** A type whose Tables count how often they are made. */
  private static ResourceType gauges(AtomicInteger encodings) {
    var column =
        new Column(
            "Level",
            "string",
            "",
            "how high it is",
            0,
            object -> {
              encodings.incrementAndGet();
              return object.at("/spec/level");
            });
    return ResourceType.builder("example.com", "Gauge")
        .version(ServedVersion.of("v1").withColumns(List.of(column)))
        .build();
  }

  private static String gauge(int number, String level) {
    return "{\"metadata\":{\"name\":\"g%d\"},\"spec\":{\"level\":\"%s\"}}".formatted(number, level);
  }

  @Test
  void eachEventIsEncodedOnceForAllItsWatchers() {
    var encodings = new AtomicInteger();
    try (TestServer counted = TestServer.start(config -> config.resource(gauges(encodings)))) {
      List<Frames> watchers =
          Stream.generate(() -> counted.watch(GAUGES + "?watch=1&resourceVersion=1", TABLE))
              .limit(50)
              .toList();
      for (int i = 1; i <= 3; i++) {
        counted.post(GAUGES, gauge(i, "high"));
        for (Frames each : watchers) {
          assertThat(each.await(i).get(i - 1)).contains("\"cells\":[\"high\"]");
        }
        assertThat(encodings).hasValue(i);
      }
    }
  }

  @Test
  void largeFramesAreNotKeptForWatchersToCome() {
    var encodings = new AtomicInteger();
    try (TestServer counted = TestServer.start(config -> config.resource(gauges(encodings)))) {
      for (int i = 0; i < 6; i++) {
        counted.post(GAUGES, gauge(i, "x".repeat(1 << 20)));
      }
      for (int watchers = 1; watchers <= 2; watchers++) {
        counted.watch(GAUGES + "?watch=1&resourceVersion=1", TABLE).await(6);
        assertThat(encodings).hasValue(6 * watchers);
      }
    }
  }

  @Test
  void watchGivesTablesOfOneRow() {
    server.post(CONFIG_MAPS, configMap("a"));
    Frames frames =
        server.watch(
            CONFIG_MAPS + "?watch=1&allowWatchBookmarks=true",
            "application/json;as=Table;g=meta.k8s.io;v=v1");
    server.post(CONFIG_MAPS, configMap("b"));
    List<JsonNode> seen = frames.await(3).stream().map(TestServer::json).toList();
    assertThat(seen.get(0).at("/object/kind").asText()).isEqualTo("Table");
    assertThat(seen.get(0).at("/object/columnDefinitions")).hasSize(2);
    assertThat(seen.get(0).at("/object/rows/0/cells/0").asText()).isEqualTo("a");
    assertThat(
            seen.get(1)
                .at("/object/rows/0/object/metadata/annotations")
                .path("k8s.io/initial-events-end")
                .asText())
        .isEqualTo("true");
    assertThat(seen.get(2).at("/object/columnDefinitions").isNull()).isTrue();
    assertThat(seen.get(2).at("/object/rows/0/cells/0").asText()).isEqualTo("b");
  }

  @Test
  void watchGivesMetadataAndOtherVersions() {
    server.post(WIDGETS, widget("w", "red"));
    Frames metadata =
        server.watch(
            WIDGETS + "?watch=1", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
    JsonNode event = TestServer.json(metadata.await(1).get(0));
    assertThat(event.at("/object/kind").asText()).isEqualTo("PartialObjectMetadata");
    assertThat(event.at("/object").has("spec")).isFalse();
    Frames beta = server.watch(WIDGETS.replace("/v1/", "/v1beta1/") + "?watch=1");
    assertThat(TestServer.json(beta.await(1).get(0)).at("/object/apiVersion").asText())
        .isEqualTo("example.com/v1beta1");
  }

  @Test
  void yamlFramesAreNotToBeHad() {
    assertThat(server.get(CONFIG_MAPS + "?watch=1", "Accept", "application/yaml").code())
        .isEqualTo(406);
  }

  @Test
  void watchThatAnObjectFailsEndsAloneAndTheOthersGoOn() {
    var brittle =
        ResourceType.builder("example.com", "Brittle")
            .version(
                ServedVersion.of("v1")
                    .withSelectableFields(
                        List.of(
                            new SelectableField(
                                "spec.bad",
                                object -> {
                                  throw new IllegalStateException("bad");
                                }))))
            .build();
    server.server.resources().register(brittle);
    String path = "/apis/example.com/v1/namespaces/default/brittles";
    Frames failing = server.watch(path + "?watch=1&fieldSelector=spec.bad%3D1");
    Frames other = server.watch(path + "?watch=1");
    server.post(path, "{\"metadata\":{\"name\":\"a\"}}");
    assertThat(told(other.await(1))).containsExactly("ADDED a 2");
    failing.awaitEnd();
    assertThat(failing.aborted()).isTrue();
  }

  @Test
  void timeoutBeyondAllTimersIsTaken() {
    server.post(CONFIG_MAPS, configMap("a"));
    Frames frames = server.watch(CONFIG_MAPS + "?watch=1&timeoutSeconds=" + Long.MAX_VALUE);
    assertThat(told(frames.await(1))).containsExactly("ADDED a 2");
  }

  @Test
  void closedServerEndsItsWatches() {
    Frames frames = server.watch(CONFIG_MAPS + "?watch=1");
    server.close();
    frames.awaitEnd();
    assertThat(frames.aborted()).isFalse();
  }
}
