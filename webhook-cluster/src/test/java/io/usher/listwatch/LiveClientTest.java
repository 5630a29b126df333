package io.usher.listwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.usher.admission.GroupVersionResource;
import io.usher.cluster.LiveRead;
import io.usher.cluster.LiveReadException;
import io.usher.engine.Deadline;
import io.usher.engine.LiveQuestion;
import io.usher.engine.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LiveClientTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** An answer: its status, a header, and its body. */
  private record Answer(int status, @Nullable String header, String body) {
    Answer(int status, String body) {
      this(status, null, body);
    }
  }

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<Long> timed = new CopyOnWriteArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final CountDownLatch open = new CountDownLatch(1);
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private volatile Answer answer = new Answer(200, "{\"metadata\": {}}");
  private volatile boolean waiting;
  private HttpServer server;
  private ListWatch listWatch;
  private ResourceViews views;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(executor);
    server.createContext("/", this::answer);
    server.start();
    var connection =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .build();
    Ticker ticker = nanos::get;
    listWatch = new ListWatch(connection, ListWatchSettings.DEFAULT, executor, timer, ticker);
    listWatch.counters().timeLiveReads(timed::add);
    views = listWatch.follow(List.of(), Duration.ZERO);
  }

  @AfterEach
  void stop() {
    open.countDown();
    listWatch.close();
    server.stop(0);
    executor.shutdownNow();
    timer.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(exchange.getRequestURI().toString());
    try (exchange) {
      if (waiting) {
        open.await();
      }
      Answer now = answer;
      if (now.header() != null) {
        String[] parts = now.header().split(": ");
        exchange.getResponseHeaders().add(parts[0], parts[1]);
      }
      byte[] body = now.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(now.status(), body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static LiveQuestion question(String name, Duration cacheTime) {
    return new LiveQuestion.OneObject(read(cacheTime), "default", name);
  }

  private static LiveRead read(Duration cacheTime) {
    return new LiveRead(
        ConfigMap.class,
        "",
        new GroupVersionResource("", "v1", "configmaps"),
        "",
        false,
        cacheTime);
  }

  private @Nullable String ask(LiveQuestion question) {
    byte[] body = views.answer(question, Deadline.after(PATIENCE));
    return body == null ? null : new String(body, StandardCharsets.UTF_8);
  }

  private @Nullable String ask(String name) {
    return ask(question(name, Duration.ZERO));
  }

  private void assertCounted(int hits, int misses, int errors) {
    assertThat(
            List.of(
                listWatch.counters().liveHits(),
                listWatch.counters().liveMisses(),
                listWatch.counters().liveErrors()))
        .as("hits, misses, errors")
        .containsExactly((long) hits, (long) misses, (long) errors);
  }

  @Test
  void withoutACacheTimeEachQuestionIsAsked() {
    assertThat(ask("a")).isEqualTo("{\"metadata\": {}}");
    answer = new Answer(200, "{\"metadata\": {\"labels\": {}}}");
    assertThat(ask("a")).isEqualTo("{\"metadata\": {\"labels\": {}}}");

    assertThat(asked)
        .containsExactly(
            "/api/v1/namespaces/default/configmaps/a", "/api/v1/namespaces/default/configmaps/a");
    assertThat(timed).hasSize(2);
    assertCounted(0, 2, 0);
  }

  @Test
  void anAnswerIsGivenAgainForTheCacheTimeOfTheDeclaration() {
    var cached = question("a", Duration.ofSeconds(5));
    ask(cached);
    answer = new Answer(404, "{\"kind\": \"Status\", \"code\": 404}");
    nanos.addAndGet(Duration.ofMillis(4_999).toNanos());
    assertThat(ask(cached)).isNotNull();
    assertThat(ask("a")).isNull();
    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(ask(cached)).isNull();

    // That there is none is an answer, too.
    answer = new Answer(200, "{}");
    assertThat(ask(cached)).isNull();
    assertThat(asked).hasSize(3);
    assertCounted(2, 3, 0);
  }

  @Test
  void equalQuestionsShareAFlight() throws Exception {
    waiting = true;
    var flights = new ArrayList<Future<@Nullable String>>();
    for (int i = 0; i < 20; i++) {
      flights.add(executor.submit(() -> ask("a")));
    }
    await().atMost(PATIENCE).until(() -> listWatch.counters().liveHits() == 19);
    open.countDown();

    for (Future<@Nullable String> each : flights) {
      assertThat(each.get()).isEqualTo("{\"metadata\": {}}");
    }
    assertThat(asked).hasSize(1);
    assertCounted(19, 1, 0);
  }

  @Test
  void aQuestionEndsWithinTheRulesTime() {
    waiting = true;
    var deadline = Deadline.after(Duration.ofMillis(200));

    assertThatThrownBy(() -> views.answer(question("a", Duration.ZERO), deadline))
        .isInstanceOf(LiveReadException.class)
        .hasMessage("GET api/v1/namespaces/default/configmaps/a: no answer within the rule's time")
        .asInstanceOf(type(LiveReadException.class))
        .returns(0, LiveReadException::code);
    assertCounted(0, 1, 1);

    // Nobody waits any more: the next one does not share what was given up.
    open.countDown();
    assertThat(ask("a")).isNotNull();
  }

  @Test
  void oneThatLeavesTakesNothingFromTheOthers() throws Exception {
    waiting = true;
    Future<@Nullable String> patient = executor.submit(() -> ask("a"));
    await().atMost(PATIENCE).until(() -> asked.size() == 1);
    var deadline = Deadline.after(Duration.ofMillis(100));
    assertThatThrownBy(() -> views.answer(question("a", Duration.ZERO), deadline))
        .isInstanceOf(LiveReadException.class);
    open.countDown();

    assertThat(patient.get()).isEqualTo("{\"metadata\": {}}");
    assertThat(asked).hasSize(1);
  }

  @Test
  void moreQuestionsThanMayBeUnderWayWait() throws Exception {
    waiting = true;
    var flights = new ArrayList<Future<@Nullable String>>();
    for (int i = 0; i < 12; i++) {
      String name = "map-" + i;
      flights.add(executor.submit(() -> ask(name)));
    }
    await().atMost(PATIENCE).until(() -> listWatch.counters().liveMisses() == 12);
    await().atMost(PATIENCE).until(() -> asked.size() == 8);
    var deadline = Deadline.after(Duration.ofMillis(100));
    assertThatThrownBy(() -> views.answer(question("late", Duration.ZERO), deadline))
        .hasMessage(
            "GET api/v1/namespaces/default/configmaps/late: 8 other questions were not answered in"
                + " time");
    assertThat(asked).hasSize(8);
    open.countDown();

    for (Future<@Nullable String> each : flights) {
      assertThat(each.get()).isNotNull();
    }
  }

  @Test
  void aRefusalTellsItsStatus() {
    answer = new Answer(403, "{\"kind\": \"Status\", \"code\": 403, \"message\": \"no get\"}");

    assertThatThrownBy(() -> ask("a"))
        .hasMessage("GET api/v1/namespaces/default/configmaps/a: 403 no get")
        .asInstanceOf(type(LiveReadException.class))
        .returns(403, LiveReadException::code);
    assertCounted(0, 1, 1);
  }

  @Test
  void onlyKubernetesItselfSaysThatThereIsNoSuchObject() {
    answer = new Answer(404, "<html>no such page</html>");

    assertThatThrownBy(() -> ask("a")).isInstanceOf(LiveReadException.class);
  }

  @Test
  void whatAProxiedPathLacksIsForTheRuleToKnow() {
    answer = new Answer(404, "404 page not found");
    var question = new LiveQuestion.Proxied(read(Duration.ZERO), "default", "web", "metrics");

    assertThatThrownBy(() -> ask(question))
        .asInstanceOf(type(LiveReadException.class))
        .returns(404, LiveReadException::code);
  }

  @Test
  void aProxyLeadsNowhereElse() {
    answer = new Answer(302, "Location: /api/v1/secrets", "");
    var question = new LiveQuestion.Proxied(read(Duration.ZERO), "default", "web", "metrics");

    assertThatThrownBy(() -> ask(question))
        .asInstanceOf(type(LiveReadException.class))
        .returns(302, LiveReadException::code);
    assertThat(asked).containsExactly("/api/v1/namespaces/default/configmaps/web/proxy/metrics");
  }

  @Test
  void anAnswerIsBoundedInBytes() {
    answer = new Answer(200, "x".repeat(Flight.LARGEST_ANSWER));
    assertThat(ask("a")).hasSize(Flight.LARGEST_ANSWER);
    answer = new Answer(200, "x".repeat(Flight.LARGEST_ANSWER + 1));

    assertThatThrownBy(() -> ask("a"))
        .isInstanceOf(LiveReadException.class)
        .hasMessageContaining("the answer is larger than 4 MiB; ask for less");
  }

  @Test
  void theCacheIsBoundedInBytes() {
    answer = new Answer(200, "x".repeat(4_000_000));
    for (int i = 0; i < 5; i++) {
      ask(question("map-" + i, Duration.ofHours(1)));
    }
    answer = new Answer(200, "young");

    assertThat(ask(question("map-4", Duration.ofHours(1)))).hasSize(4_000_000);
    assertThat(ask(question("map-0", Duration.ofHours(1)))).isEqualTo("young");
  }

  @Test
  void aQuestionThatCantBeSentLeavesRoomForTheNext() {
    var connection =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(listWatch.url())
            .withOauthToken("not a\nheader")
            .build();
    try (var other =
        new ListWatch(connection, ListWatchSettings.DEFAULT, executor, timer, nanos::get)) {
      views = other.follow(List.of(), Duration.ZERO);
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> ask("a"))
            .isInstanceOf(LiveReadException.class)
            .hasMessageContaining("GET api/v1/namespaces/default/configmaps/a: ")
            .hasMessageContaining("header");
      }
    }
  }

  @Test
  void anApiServerThatIsAwayIsTold() {
    server.stop(0);

    assertThatThrownBy(() -> ask("a"))
        .isInstanceOf(LiveReadException.class)
        .hasMessageContaining("GET api/v1/namespaces/default/configmaps/a: ");
    assertCounted(0, 1, 1);
  }
}
