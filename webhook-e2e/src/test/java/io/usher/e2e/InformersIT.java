package io.usher.e2e;

import static io.usher.e2e.Documents.configMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.e2e.Follower.Seen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Informers of fabric8 and client-go follow {@code usher apiserver}, which keeps its objects in a
 * file, through a restart, a crash and a compaction of its history.
 */
final class InformersIT {

  private static final String NAMESPACE = "followed";
  private static final String COLLECTION = "/api/v1/namespaces/" + NAMESPACE + "/configmaps";

  // client-go asks again after 30 s at most
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** A change counts with the object before and after it: these are more than the history takes. */
  private static final int BIG_CHANGES = 24;

  private static final String BIG = "x".repeat(900_000);

  @TempDir private Path work;
  private ApiServerProcess.Launcher launcher;
  private int port;
  private Path audit;

  @BeforeEach
  void prepare() throws IOException {
    launcher =
        ApiServerProcess.Launcher.create(Path.of(System.getProperty("usher.e2e.server")), work);
    port = UsherProcess.freePort();
    audit = work.resolve("audit.jsonl");
  }

  @Test
  void fabric8sInformersFollowWithAndWithoutWebSocket() throws IOException {
    String kubeconfig = launcher.kubeconfig(port);
    try (ApiServerProcess server = firstServer();
        var webSocket = new Fabric8Informer(kubeconfig, NAMESPACE, true);
        var http = new Fabric8Informer(kubeconfig, NAMESPACE, false)) {
      follow(
          server,
          List.of(webSocket, http),
          lists -> assertThat(listsOfFabric8()).isEqualTo(2 * lists));
    }
  }

  @Test
  void clientGosInformerFollowsByWatchList() throws IOException {
    String program = System.getProperty("usher.e2e.informer", "");
    assumeFalse(program.isEmpty(), "tools/kube/program.sh has built no informer: Go is missing");
    Path kubeconfig = Files.writeString(work.resolve("kubeconfig"), launcher.kubeconfig(port));
    try (ApiServerProcess server = firstServer();
        var informer =
            new ClientGoInformer(
                Path.of(program), kubeconfig, NAMESPACE, work.resolve("client-go.log"))) {
      follow(server, List.of(informer), lists -> assertThat(informer.watchLists()).hasSize(lists));
      assertThat(informer.lists()).isEmpty();
    }
  }

  /** With what is there before anyone looks. */
  private ApiServerProcess firstServer() throws IOException {
    ApiServerProcess server = start(port);
    server
        .api()
        .create(
            "/api/v1/namespaces",
            Documents.yaml(
                "{apiVersion: v1, kind: Namespace, metadata: {name: " + NAMESPACE + "}}"))
        .accepted();
    for (String name : List.of("a", "b", "c", "d", "e")) {
      create(server.api(), name);
    }
    return server;
  }

  private ApiServerProcess start(int at) throws IOException {
    return launcher.start(
        at, "--storage-file=" + work.resolve("objects.db"), "--audit-log-path=" + audit);
  }

  /**
   * @param began asserts how often each informer has begun with all objects
   */
  private void follow(ApiServerProcess first, List<Follower> followers, Consumer<Integer> began)
      throws IOException {
    KubernetesApi api = first.api();
    requireFollowed(followers, api);
    change(api, "a");
    delete(api, "b");
    create(api, "f");
    requireFollowed(followers, api);
    began.accept(1);
    first.close();

    whileTheyCannotReachIt(
        away -> {
          change(away, "a");
          delete(away, "c");
          create(away, "g");
        });
    try (ApiServerProcess restarted = start(port)) {
      requireFollowed(followers, restarted.api());
      change(restarted.api(), "g");
      delete(restarted.api(), "f");
      create(restarted.api(), "f");
      requireFollowed(followers, restarted.api());
      // They went on where they were.
      began.accept(1);
      restarted.kill();
    }

    long seen = followers.get(0).seen().stream().mapToLong(Seen::version).max().orElseThrow();
    whileTheyCannotReachIt(
        away -> {
          change(away, "a");
          delete(away, "d");
          create(away, "h");
          compact(away);
          requireGone(away, seen);
        });
    try (ApiServerProcess compacted = start(port)) {
      requireGone(compacted.api(), seen);
      requireFollowed(followers, compacted.api());
      change(compacted.api(), "h");
      delete(compacted.api(), "e");
      requireFollowed(followers, compacted.api());
      began.accept(2);
    }
    followers.forEach(each -> requireInOrder(each.seen()));
  }

  /** The same objects behind another port, for so long. */
  private void whileTheyCannotReachIt(Consumer<KubernetesApi> changes) throws IOException {
    try (ApiServerProcess away = start(UsherProcess.freePort())) {
      changes.accept(away.api());
    }
  }

  private static void create(KubernetesApi api, String name) {
    api.create(COLLECTION, configMap(name)).accepted();
  }

  private static void change(KubernetesApi api, String name) {
    ObjectNode map = api.get(COLLECTION + '/' + name).accepted().body();
    int times = map.at("/data/changed").asInt();
    map.withObject("/data").put("changed", Integer.toString(times + 1));
    api.update(COLLECTION + '/' + name, map).accepted();
  }

  private static void delete(KubernetesApi api, String name) {
    api.delete(COLLECTION + '/' + name).accepted();
  }

  /** Changes so much that the history forgets what was before. */
  private static void compact(KubernetesApi api) {
    for (int i = 0; i < BIG_CHANGES; i++) {
      ObjectNode big = configMap("big");
      big.withObject("/data").put("filled", i + BIG);
      (i == 0 ? api.create(COLLECTION, big) : api.update(COLLECTION + "/big", big)).accepted();
    }
    delete(api, "big");
  }

  private static void requireGone(KubernetesApi api, long version) {
    JsonNode event =
        api.get(COLLECTION + "?watch=true&timeoutSeconds=1&resourceVersion=" + version).body();
    assertThat(event.path("type").asText()).as("%s", event).isEqualTo("ERROR");
    assertThat(event.at("/object/code").asInt()).isEqualTo(410);
  }

  private static void requireFollowed(List<Follower> followers, KubernetesApi api) {
    for (Follower each : followers) {
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(each.store()).isEqualTo(served(api)));
    }
  }

  private static Map<String, String> served(KubernetesApi api) {
    var served = new TreeMap<String, String>();
    for (JsonNode item : api.get(COLLECTION).accepted().at("/items")) {
      ((ObjectNode) item).put("apiVersion", "v1").put("kind", "ConfigMap");
      served.put(item.at("/metadata/name").asText(), Documents.sorted(item));
    }
    return served;
  }

  /** How often fabric8 has listed, by the server's audit log. */
  private long listsOfFabric8() {
    try (var lines = Files.lines(audit)) {
      return lines
          .filter(line -> line.contains("\"verb\":\"list\"") && line.contains("\"fabric8"))
          .filter(line -> line.contains(COLLECTION))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireInOrder(List<Seen> seen) {
    Map<String, Long> last = new HashMap<>();
    for (Seen each : seen) {
      Long before = last.put(each.uid(), each.version());
      assertThat(each.version()).isGreaterThanOrEqualTo(before == null ? 0 : before);
    }
  }
}
