package io.usher.apiserver.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.ApiServer;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.api.Verb;
import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.EventType;
import io.usher.apiserver.storage.ObjectSource;
import io.usher.apiserver.storage.Snapshot;
import io.usher.apiserver.storage.StoredObject;
import io.usher.apiserver.watch.Frames;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatheredObjectsTest {

  private static final String ALL = "/apis/example.com/v1/sightings";

  private final Sightings sightings = new Sightings();
  private final TestServer server =
      TestServer.start(
          config -> config.resource(type(Set.of(Verb.GET, Verb.LIST, Verb.WATCH)), sightings));

  @AfterEach
  void close() {
    server.close();
  }

  private static ResourceType type(Set<Verb> verbs) {
    return ResourceType.builder("example.com", "Sighting")
        .verbs(verbs)
        .version(ServedVersion.of("v1"))
        .build();
  }

  private static StoredObject sighting(String namespace, String name, long version) {
    return StoredObject.of(
        namespace + '/' + name,
        version,
        Draft.of(
            (ObjectNode)
                TestServer.json(
                    "{\"kind\":\"Sighting\",\"apiVersion\":\"example.com/v1\",\"metadata\":{\"name\":\""
                        + name
                        + "\",\"namespace\":\""
                        + namespace
                        + "\"}}")),
        EventType.ADDED);
  }

  /** Two at first; what is told of later comes on demand. */
  private static final class Sightings implements ObjectSource {
    private final TreeMap<String, StoredObject> objects = new TreeMap<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<Follower> followers = new ArrayList<>();

    Sightings() {
      objects.put("a/one", sighting("a", "one", 11));
      objects.put("b/two", sighting("b", "two", 12));
    }

    @Override
    public CompletionStage<Gathered> gather() {
      return CompletableFuture.completedFuture(
          new Gathered(new Snapshot(20, new TreeMap<>(objects)), 5, warnings));
    }

    @Override
    public Runnable follow(Gathered gathered, Follower follower) {
      followers.add(follower);
      return () -> followers.remove(follower);
    }

    void tell(StoredObject object) {
      followers.forEach(each -> each.changed(new Change(null, object, false)));
    }
  }

  private static List<String> names(List<String> frames) {
    return frames.stream()
        .map(
            frame ->
                TestServer.json(frame).path("type").asText()
                    + ' '
                    + TestServer.json(frame).at("/object/metadata/name").asText())
        .toList();
  }

  @Test
  void listIsWholeWhateverPagesAreAskedFor() {
    var list = server.get(ALL + "?limit=1").body();
    assertThat(list.at("/metadata/resourceVersion").asText()).isEqualTo("20");
    assertThat(list.path("items")).hasSize(2);
    assertThat(server.get("/apis/example.com/v1/namespaces/b/sightings").body().path("items"))
        .singleElement()
        .satisfies(each -> assertThat(each.at("/metadata/name").asText()).isEqualTo("two"));
  }

  @Test
  void whatIsMissingIsWarnedOf() {
    sightings.warnings.add("the north tower did not answer");
    var list = server.get(ALL);
    assertThat(list.code()).isEqualTo(200);
    assertThat(list.headers().all("Warning"))
        .containsExactly("299 - \"the north tower did not answer\"");
    var absent = server.get("/apis/example.com/v1/namespaces/a/sightings/three");
    assertThat(absent.code()).isEqualTo(503);
  }

  @Test
  void nothingIsWritten() {
    assertThat(server.post("/apis/example.com/v1/namespaces/a/sightings", "{}").code())
        .isEqualTo(405);
    assertThatThrownBy(
            () -> ApiServer.create(config -> config.resource(type(Set.of(Verb.CREATE)), sightings)))
        .hasMessageContaining("give it no other verbs than get, list and watch");
  }

  @Test
  void watchBeginsWithWhatExists() {
    Frames frames = server.watch(ALL + "?watch=1");
    frames.await(2);
    sightings.tell(sighting("a", "three", 21));
    assertThat(names(frames.await(3))).containsExactly("ADDED one", "ADDED two", "ADDED three");
  }

  @Test
  void watchFromAVersionTellsWhatIsYounger() {
    Frames frames =
        server.watch("/apis/example.com/v1/namespaces/b/sightings?watch=1&resourceVersion=11");
    frames.await(1);
    sightings.tell(sighting("a", "three", 21));
    sightings.tell(sighting("b", "four", 22));
    assertThat(names(frames.await(2))).containsExactly("ADDED two", "ADDED four");
  }

  @Test
  void watchFromBeforeWhatIsKnownIsTold() {
    Frames frames = server.watch(ALL + "?watch=1&resourceVersion=4");
    assertThat(TestServer.json(frames.await(1).get(0)).at("/object/code").asInt()).isEqualTo(410);
  }

  @Test
  void followerThatIsEndedIsTold() {
    Frames frames = server.watch(ALL + "?watch=1&resourceVersion=20");
    sightings.followers.get(0).ended(Status.tooManyRequests("later", 1));
    assertThat(TestServer.json(frames.await(1).get(0)).at("/object/code").asInt()).isEqualTo(429);
    server.server.watches().endAll();
  }
}
