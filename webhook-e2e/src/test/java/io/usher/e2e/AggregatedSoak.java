package io.usher.e2e;

import static io.usher.e2e.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * {@code make soak-api}: the sample API server as a process behind kube-apiserver, for so many
 * minutes under 1,000 watches and five writes a second, all through the aggregator. It is to stay
 * available without a moment's break, and flat.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AggregatedSoak {

  private static final int NAMESPACES = 50;
  private static final int WATCHES_OF_EACH = 19;
  private static final int WATCHES_OF_ALL = 50;
  private static final int WRITES_PER_SECOND = 5;
  private static final int SAMPLE_SECONDS = 5;

  /** A JVM's first minute is compilation. */
  private static final int SETTLED_SECONDS = 60;

  /** How often the live heap is measured in one run; the JVM stands still for it. */
  private static final int HEAP_SAMPLES = 10;

  /** Of the last third of the samples to the first. */
  private static final double FLAT = 1.15;

  private static final String GROUP = "/apis/theatre.example.com/";
  private static final String API_SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";

  private final Duration length = Duration.ofMinutes(Integer.getInteger("usher.soak.minutes", 60));
  private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> outages = new ConcurrentLinkedQueue<>();
  private final AtomicIntegerArray changes = new AtomicIntegerArray(NAMESPACES);
  private final AtomicLong writes = new AtomicLong();
  private final List<LastingWatch> watches = new ArrayList<>();
  private final Map<String, List<Double>> samples = new TreeMap<>();
  private final ScheduledExecutorService times = Executors.newScheduledThreadPool(3);

  private TheatreCluster cluster;
  private Process theatre;
  private KubernetesApi api;
  private LastingWatch.Server server;

  @BeforeAll
  void start() throws Exception {
    Path work = Path.of(System.getProperty("usher.e2e.work")).resolve("soak-api").toAbsolutePath();
    assertThat(work).as("remove what an earlier run has left").doesNotExist();
    Files.createDirectories(work);
    cluster = TheatreCluster.start(work);
    api = cluster.kube().api();
    int port = UsherProcess.freePort();
    theatre =
        ChildProcess.builder(
                work.resolve("theatre.log"),
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    // As much as it has of the container's memory in the manifests.
                    "-Xmx240m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    TheatreProcess.class.getName(),
                    Integer.toString(port),
                    cluster.certificate().toString(),
                    cluster.key().toString(),
                    cluster.kubeconfigOfTheServer().toString(),
                    work.resolve("objects.db").toString()))
            .start();
    cluster.register(port);
    server = cluster.kube().watched();
  }

  @AfterAll
  void stop() {
    times.shutdownNow();
    watches.forEach(LastingWatch::close);
    if (theatre != null) {
      theatre.destroyForcibly();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void serverStaysAvailableUnderWatchesAndFlat() throws Exception {
    for (int i = 0; i < NAMESPACES; i++) {
      ObjectNode namespace = Documents.yaml("{apiVersion: v1, kind: Namespace}");
      namespace.withObject("/metadata").put("name", namespace(i));
      api.create("/api/v1/namespaces", namespace).accepted();
    }
    Map<String, String> available = watchApiServices();
    openWatches();
    System.out.printf(
        "%d watches are open; %d minutes begin%n", watches.size(), length.toMinutes());

    long begin = System.nanoTime();
    times.scheduleAtFixedRate(
        guarded(this::write), 0, 1_000_000 / WRITES_PER_SECOND, TimeUnit.MICROSECONDS);
    times.scheduleAtFixedRate(
        guarded(this::sampleProcess), SETTLED_SECONDS, SAMPLE_SECONDS, TimeUnit.SECONDS);
    times.scheduleAtFixedRate(
        guarded(this::sampleHeap),
        SETTLED_SECONDS,
        Math.max(1, length.toSeconds() / HEAP_SAMPLES),
        TimeUnit.SECONDS);
    while (Duration.ofNanos(System.nanoTime() - begin).compareTo(length) < 0) {
      TimeUnit.SECONDS.sleep(60);
      System.out.printf(
          "%3d min: %d writes, %d changes seen, %d faults, %d outages, RSS %.0f MiB%n",
          Duration.ofNanos(System.nanoTime() - begin).toMinutes(),
          writes.get(),
          watches.stream().mapToLong(LastingWatch::seen).sum(),
          faults.size(),
          outages.size(),
          last("RSS, MiB"));
    }
    times.shutdown();
    assertThat(times.awaitTermination(2, TimeUnit.MINUTES)).isTrue();

    judge(available);
  }

  /** A task that throws is not run again, and nobody would hear of it. */
  private Runnable guarded(Task task) {
    return () -> {
      try {
        task.run();
      } catch (Exception | AssertionError e) {
        faults.add(e.toString());
      }
    };
  }

  private interface Task {
    void run() throws Exception;
  }

  private static String namespace(int index) {
    return "soak-%02d".formatted(index);
  }

  private static String shows(String version, int namespace) {
    return GROUP + version + "/namespaces/" + namespace(namespace) + "/shows";
  }

  /** Since when each APIService is available. Each change of one is looked at from now on. */
  private Map<String, String> watchApiServices() {
    Answer list = api.get(API_SERVICES).accepted();
    var since = new TreeMap<String, String>();
    for (JsonNode each : list.at("/items")) {
      if (isTheatres(each)) {
        JsonNode available = available(each);
        assertThat(available.path("status").asText()).isEqualTo("True");
        since.put(name(each), available.path("lastTransitionTime").asText());
      }
    }
    assertThat(since).hasSize(2);
    watches.add(
        LastingWatch.open(server, API_SERVICES, version(list), this::seenApiService, outages::add));
    return since;
  }

  private void seenApiService(JsonNode apiService) {
    if (isTheatres(apiService) && !available(apiService).path("status").asText().equals("True")) {
      outages.add(name(apiService) + ": " + available(apiService));
    }
  }

  private static boolean isTheatres(JsonNode apiService) {
    return name(apiService).endsWith(".theatre.example.com");
  }

  private static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }

  private static String version(Answer list) {
    return list.at("/metadata/resourceVersion").asText();
  }

  private static JsonNode available(JsonNode apiService) {
    for (JsonNode each : apiService.at("/status/conditions")) {
      if (each.path("type").asText().equals("Available")) {
        return each;
      }
    }
    return Documents.JSON.missingNode();
  }

  /** Half of them in the version that is converted. */
  private void openWatches() {
    String from = version(api.get(GROUP + "v1/shows").accepted());
    for (int i = 0; i < WATCHES_OF_ALL; i++) {
      watch(GROUP + (i % 2 == 0 ? "v1" : "v1beta1") + "/shows", from);
    }
    for (int i = 0; i < NAMESPACES * WATCHES_OF_EACH; i++) {
      watch(shows(i % 2 == 0 ? "v1" : "v1beta1", i % NAMESPACES), from);
    }
    CompletableFuture.allOf(
            watches.stream().map(LastingWatch::begun).toArray(CompletableFuture[]::new))
        .join();
  }

  private void watch(String path, String from) {
    watches.add(LastingWatch.open(server, path, from, object -> {}, faults::add));
  }

  /** One write of an object's life: it is created, changed three times, and deleted. */
  private void write() {
    int number = (int) writes.getAndIncrement();
    int namespace = number % NAMESPACES;
    int turn = number / NAMESPACES;
    String collection = shows("v1", namespace);
    String path = collection + "/show";
    Answer answer =
        switch (turn % 5) {
          case 0 -> api.create(collection, show());
          case 4 -> api.delete(path);
          default ->
              api.patch(
                  path, KubernetesApi.MERGE_PATCH, Documents.yaml("{spec: {seats: " + turn + "}}"));
        };
    answer.accepted();
    changes.incrementAndGet(namespace);
  }

  private static ObjectNode show() {
    return Documents.yaml(
        """
        kind: Show
        metadata: {name: show}
        spec: {title: Hamlet, seats: 500000}
        """);
  }

  private void sampleProcess() throws IOException {
    assertThat(theatre.isAlive()).as("the server runs").isTrue();
    String status = Files.readString(Path.of("/proc", Long.toString(theatre.pid()), "status"));
    sample("RSS, MiB", number(status, "VmRSS:\\s+(\\d+)") / 1024);
    sample("threads", number(status, "Threads:\\s+(\\d+)"));
  }

  /** What is left after a collection. */
  private void sampleHeap() throws IOException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(theatre.pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String histogram = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
    sample("live heap, MiB", number(histogram, "(?m)^Total +\\d+ +(\\d+)") / (1 << 20));
  }

  private static double number(String text, String pattern) throws IOException {
    Matcher found = Pattern.compile(pattern).matcher(text);
    if (!found.find()) {
      throw new IOException("no " + pattern + " in " + text);
    }
    return Double.parseDouble(found.group(1));
  }

  private synchronized void sample(String what, double value) {
    samples.computeIfAbsent(what, each -> new ArrayList<>()).add(value);
  }

  private synchronized double last(String what) {
    List<Double> all = samples.getOrDefault(what, List.of());
    return all.isEmpty() ? 0 : all.get(all.size() - 1);
  }

  private void judge(Map<String, String> availableSince) {
    var judged = new SoftAssertions();
    judged
        .assertThat(faults.stream().limit(10))
        .as("%d faults of writes and watches, the first of them", faults.size())
        .isEmpty();
    judged.assertThat(outages).as("times at which an APIService was not available").isEmpty();
    for (JsonNode each : api.get(API_SERVICES).accepted().at("/items")) {
      if (isTheatres(each)) {
        judged
            .assertThat(available(each).path("lastTransitionTime").asText())
            .as("since when %s is available", name(each))
            .isEqualTo(availableSince.get(name(each)));
      }
    }
    judged
        .assertThatCode(
            () -> eventually(() -> assertThat(unseen()).as("changes that were not seen").isZero()))
        .doesNotThrowAnyException();
    samples.forEach(
        (what, values) -> {
          int third = Math.max(1, values.size() / 3);
          double first = median(values.subList(0, third));
          double last = median(values.subList(values.size() - third, values.size()));
          System.out.printf(
              "%s: median %.1f of the first third, %.1f of the last, %d samples%n",
              what, first, last, values.size());
          judged.assertThat(last).as("%s, flat", what).isLessThanOrEqualTo(FLAT * first);
        });
    judged.assertAll();
  }

  /** Each watch is told of every change of its namespace, or of all. */
  private long unseen() {
    long all = 0;
    for (int i = 0; i < NAMESPACES; i++) {
      all += changes.get(i);
    }
    long expected = all * (WATCHES_OF_ALL + WATCHES_OF_EACH);
    // But for the watch of APIServices.
    return expected - watches.stream().skip(1).mapToLong(LastingWatch::seen).sum();
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
