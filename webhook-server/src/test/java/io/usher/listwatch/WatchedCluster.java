package io.usher.listwatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.usher.admission.GroupVersionResource;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.storage.memory.MemoryStorage;
import io.usher.cluster.FieldPath;
import io.usher.cluster.OnStale;
import io.usher.cluster.Read;
import io.usher.engine.Ticker;
import io.usher.server.HttpsApiServer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An embedded API server with faults, and a list-watch of it that is quick to notice them. */
public final class WatchedCluster implements AutoCloseable {

  static final GroupVersionResource CONFIG_MAPS = new GroupVersionResource("", "v1", "configmaps");

  /** Nobody says how long a busy machine takes; these say what a test waits for at most. */
  static final ListWatchSettings QUICK =
      new ListWatchSettings(
          500,
          Duration.ofSeconds(30),
          Duration.ofSeconds(3),
          Duration.ofMillis(20),
          Duration.ofMillis(200),
          Duration.ofMinutes(5),
          64,
          1 << 20);

  /** Also of servers whose watches are short, and whose lists have many pages. */
  private static final ListWatchSettings RESTLESS =
      new ListWatchSettings(
          7,
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofMillis(10),
          Duration.ofMillis(100),
          Duration.ofSeconds(1),
          64,
          1 << 20);

  private static final String TOKEN = "reader-token";
  private static final GroupResource MAPS = new GroupResource("", "configmaps");

  /** Requests that the API server has seen, by verb and resource: {@code list configmaps}. */
  final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();

  final MemoryStorage storage = MemoryStorage.create(32 << 20);
  final HttpsApiServer server;
  final TcpRelay relay;
  final ListWatch listWatch;
  final ExecutorService executor = Executors.newCachedThreadPool();
  final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  private volatile boolean forbidding;
  private volatile boolean busy;

  /** A cluster without faults. */
  public WatchedCluster() throws Exception {
    this(QUICK);
  }

  /** One for {@link RandomHistory}. */
  public static WatchedCluster restless() throws Exception {
    return new WatchedCluster(RESTLESS);
  }

  private WatchedCluster(ListWatchSettings settings) throws Exception {
    server =
        HttpsApiServer.start(
            new InetSocketAddress("127.0.0.1", 0),
            List.of(),
            config ->
                config
                    .library(
                        library ->
                            library
                                .storage(storage)
                                .bookmarkPeriod(Duration.ofMillis(300))
                                .filter(this::shed))
                    .authenticator(WatchedCluster::reader)
                    .authorizers(rbac -> List.of(this::authorize)),
            fatal -> {});
    relay = new TcpRelay(server.port());
    Config connection =
        new ConfigBuilder(Config.fromKubeconfig(server.kubeconfig()))
            .withOauthToken(TOKEN)
            .withMasterUrl("https://127.0.0.1:" + relay.port())
            .build();
    listWatch = new ListWatch(connection, settings, executor, timer, Ticker.SYSTEM);
  }

  /** Not the administrator, who may do everything. */
  private static @Nullable UserInfo reader(ApiRequest request) {
    return ("Bearer " + TOKEN).equals(request.headers().first("Authorization"))
        ? UserInfo.of("reader")
        : null;
  }

  private Authorizer.Decision authorize(UserInfo user, RequestInfo request) {
    requests
        .computeIfAbsent(request.verb() + " " + request.resource(), each -> new AtomicInteger())
        .incrementAndGet();
    return forbidding
        ? Authorizer.Decision.deny("taken away")
        : Authorizer.Decision.allow("not taken away");
  }

  private void shed(ApiRequest request, RequestInfo info) {
    if (busy) {
      throw new ApiException(Status.tooManyRequests("Too many requests", 1));
    }
  }

  /** Whether the API server refuses each request, as it has too many. */
  void shed(boolean sheds) {
    busy = sheds;
  }

  /** Whether nobody may read, from now on; watches that there are go on. */
  public void forbid(boolean forbids) {
    forbidding = forbids;
  }

  /** Ends each connection, now; whether new ones are closed at once. */
  public void cut(boolean refusing) {
    relay.refuse(refusing);
    relay.cut();
  }

  /** Of one who may read. */
  public String kubeconfig() {
    return server
        .kubeconfig()
        .replace(server.url(), "https://127.0.0.1:" + relay.port())
        .replaceFirst("token: .*", "token: " + TOKEN);
  }

  /** Reads by the relay. */
  public ListWatch listWatch() {
    return listWatch;
  }

  /** Of one who may read and write, by the relay. The caller closes it. */
  public KubernetesClient client() {
    return new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig())).build();
  }

  /** What the API server remembers of changes ends here. */
  public void compact() {
    storage.compact(storage.version());
  }

  /** How often the API server was asked for this, {@code list configmaps}. */
  public int requests(String what) {
    return requests.getOrDefault(what, new AtomicInteger()).get();
  }

  ObjectStore objects() {
    return server.embedded().server().objects();
  }

  static Read read(String... fields) {
    return new Read(
        ConfigMap.class,
        "",
        CONFIG_MAPS,
        List.of(),
        List.of(fields).stream().map(FieldPath::parse).toList(),
        OnStale.USE);
  }

  /** Creates a ConfigMap. */
  public void create(String namespace, String name, String value) {
    objects().create(MAPS, map(namespace, name, value));
  }

  /** Changes one. */
  public void update(String namespace, String name, String value) {
    ObjectNode map = objects().get(MAPS, namespace, name);
    ((ObjectNode) map.get("data")).put("value", value);
    objects().update(MAPS, map);
  }

  /** Deletes one. */
  public void delete(String namespace, String name) {
    objects().delete(MAPS, namespace, name);
  }

  static ObjectNode map(String namespace, String name, String value) {
    var map = JsonNodeFactory.instance.objectNode();
    map.put("apiVersion", "v1").put("kind", "ConfigMap");
    map.putObject("metadata").put("namespace", namespace).put("name", name);
    map.putObject("data").put("value", value);
    return map;
  }

  /** One of them. */
  public ObjectNode get(String namespace, String name) {
    return objects().get(MAPS, namespace, name);
  }

  /** The versions of all ConfigMaps by name, as the API server has them. */
  public Map<String, String> served() {
    var versions = new TreeMap<String, String>();
    for (ObjectNode map : objects().list(MAPS, "")) {
      JsonNode metadata = map.get("metadata");
      versions.put(
          metadata.get("namespace").asText() + "/" + metadata.get("name").asText(),
          metadata.get("resourceVersion").asText());
    }
    return versions;
  }

  /** The same, as a view has them. */
  static Map<String, String> viewed(ResourceViews views, Read read) {
    var versions = new TreeMap<String, String>();
    for (Object each : views.now(read).list()) {
      var metadata = ((ConfigMap) each).getMetadata();
      versions.put(
          metadata.getNamespace() + "/" + metadata.getName(), metadata.getResourceVersion());
    }
    return versions;
  }

  @Override
  public void close() throws Exception {
    listWatch.close();
    executor.shutdownNow();
    timer.shutdownNow();
    relay.close();
    server.close();
  }
}
