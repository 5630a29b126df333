package io.usher.listwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.usher.admission.GroupVersionResource;
import io.usher.cluster.OnStale;
import io.usher.cluster.Read;
import io.usher.engine.Ticker;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no API server does when it is asked to: each answer is written here. */
@Timeout(120)
class ReflectorTest {

  private static final Read READ =
      new Read(
          ConfigMap.class,
          "",
          new GroupVersionResource("", "v1", "configmaps"),
          List.of(),
          List.of(),
          OnStale.USE);

  /** Writes one answer. */
  private interface Answer {
    void to(HttpExchange exchange) throws Exception;
  }

  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private HttpServer server;
  private ListWatch listWatch;
  private ResourceViews views;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(executor);
    server.createContext("/", this::answer);
    server.start();
    listWatch = connect(Duration.ofMillis(50));
  }

  private ListWatch connect(Duration maxBackoff) {
    Config connection =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .build();
    var settings =
        new ListWatchSettings(
            2,
            Duration.ofSeconds(30),
            Duration.ofMillis(500),
            Duration.ofMillis(10),
            maxBackoff,
            Duration.ofMinutes(5),
            16,
            1 << 20);
    return new ListWatch(connection, settings, executor, timer, Ticker.SYSTEM);
  }

  @AfterEach
  void stop() {
    if (views != null) {
      views.close();
    }
    end.countDown();
    listWatch.close();
    server.stop(0);
    executor.shutdownNow();
    timer.shutdownNow();
  }

  /** When there are no more answers a request waits for the end of the test. */
  private void answer(HttpExchange exchange) throws IOException {
    asked.add(exchange.getRequestURI().toString());
    try (exchange) {
      Answer next = answers.poll();
      if (next == null) {
        end.await();
      } else {
        next.to(exchange);
      }
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private static Answer of(int code, String body) {
    return exchange -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(code, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  private static String list(String version, String token, String... names) {
    return """
        {"kind": "ConfigMapList", "apiVersion": "v1",
         "metadata": {"resourceVersion": "%s", "continue": "%s"}, "items": [%s]}
        """
        .formatted(
            version,
            token,
            String.join(",", List.of(names).stream().map(ReflectorTest::map).toList()));
  }

  private static String map(String name) {
    return "{\"metadata\": {\"name\": \"%s\", \"namespace\": \"a\", \"resourceVersion\": \"5\"}}"
        .formatted(name);
  }

  private static String added(String name) {
    return "{\"type\": \"ADDED\", \"object\": " + map(name) + "}\n";
  }

  /** A watch that sends this and then nothing, until the client leaves or the test ends. */
  private Answer watch(String events) {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      OutputStream out = exchange.getResponseBody();
      out.write(events.getBytes(StandardCharsets.UTF_8));
      out.flush();
      end.await();
    };
  }

  private static Answer later(String header, Answer answer) {
    return exchange -> {
      exchange.getResponseHeaders().add("Retry-After", header);
      answer.to(exchange);
    };
  }

  private static Answer noting(BlockingQueue<Long> times, Answer answer) {
    return exchange -> {
      times.add(System.nanoTime());
      answer.to(exchange);
    };
  }

  private void follow(Answer... inTurn) {
    answers.addAll(List.of(inTurn));
    views = listWatch.follow(List.of(READ), Duration.ofDays(1));
  }

  private List<String> viewed() {
    return views.now(READ).list().stream()
        .map(map -> ((ConfigMap) map).getMetadata().getName())
        .toList();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(10));
  }

  private void awaitView(String... names) {
    eventually().until(() -> views.unsynced().isEmpty() && viewed().equals(List.of(names)));
  }

  @Test
  void aListIsReadInPagesAndWatchedFromItsVersion() {
    follow(of(200, list("7", "n+1", "a", "b")), of(200, list("7", "", "c")), watch(added("d")));

    awaitView("a", "b", "c", "d");
    assertThat(asked.subList(0, 2))
        .containsExactly("/api/v1/configmaps?limit=2", "/api/v1/configmaps?limit=2&continue=n%2B1");
    assertThat(asked.get(2))
        .startsWith(
            "/api/v1/configmaps?watch=1&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=");
  }

  @Test
  void aListThatIsCutOffIsNotShown() {
    String whole = list("7", "", "a", "b");
    follow(
        of(200, whole.substring(0, whole.indexOf("\"b\""))),
        of(200, "{\"kind\": \"ConfigMapList\", \"metadata\": {\"resourceVersion\": \"7\"}}"));

    eventually().until(() -> asked.size() > 2);
    assertThat(views.unsynced()).singleElement().asString().contains("no list with a");
  }

  @Test
  void pagesThatAreForgottenMakeOneWholeList() {
    follow(
        of(200, list("7", "next", "a", "b")),
        of(410, "{\"kind\": \"Status\", \"code\": 410, \"message\": \"too old\"}"),
        of(200, list("8", "", "a", "c")));

    awaitView("a", "c");
    assertThat(asked.get(2)).isEqualTo("/api/v1/configmaps?limit=0");
  }

  @Test
  void anErrorEventOfAForgottenVersionMakesANewList() {
    follow(
        of(200, list("7", "", "a")),
        watch(
            "{\"type\": \"ERROR\", \"object\": {\"kind\": \"Status\", \"code\": 410,"
                + " \"message\": \"too old resource version\"}}\n"),
        of(200, list("9", "", "b")));

    awaitView("b");
    assertThat(listWatch.counters().lists()).isEqualTo(2);
  }

  @Test
  void aBookmarkIsWhereTheNextWatchBegins() {
    follow(
        of(200, list("7", "", "a")),
        of(
            200,
            "{\"type\": \"BOOKMARK\", \"object\": {\"kind\": \"ConfigMap\", \"metadata\":"
                + " {\"annotations\": {}, \"resourceVersion\": \"12\"}}}\n"));

    eventually().until(() -> asked.size() > 2);
    assertThat(asked.get(2)).contains("resourceVersion=12&");
    assertThat(listWatch.counters().failures()).isZero();
  }

  @Test
  void aWatchThatTellsNothingEndsInANewList() {
    follow(of(200, list("7", "", "a")), watch(""), of(200, list("8", "", "b")));

    awaitView("b");
  }

  @Test
  void aWatchThatHasToldSomethingGoesOnAfterItHasStalled() {
    follow(of(200, list("7", "", "a")), watch(added("b")), watch(added("c")));

    awaitView("a", "b", "c");
    assertThat(listWatch.counters().lists()).isOne();
  }

  @Test
  void anEventThatIsCutOffIsNotShown() {
    follow(
        of(200, list("7", "", "a")),
        of(200, added("b") + added("c").substring(0, 40)),
        watch(added("d")));

    awaitView("a", "b", "d");
  }

  @Test
  void tooManyRequestsWaitAsLongAsTheyAreAsked() throws Exception {
    listWatch.close();
    listWatch = connect(Duration.ofSeconds(30));
    var times = new LinkedBlockingQueue<Long>();
    follow(noting(times, later("1", of(429, "{}"))), noting(times, of(200, list("7", "", "a"))));

    awaitView("a");
    assertThat(listWatch.counters().failures()).isOne();
    assertThat(-times.take() + times.take())
        .isGreaterThanOrEqualTo(Duration.ofSeconds(1).toNanos());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"kind\": \"Status\", \"code\": 404}", "404 page not found\n"})
  void onlyKubernetesItselfSaysThatThereIsNoSuchResource(String kubernetes) {
    follow(of(404, "<html>no such page</html>"));
    eventually().until(() -> asked.size() > 1);
    assertThat(views.unsynced()).isNotEmpty();
    answers.add(of(404, kubernetes));
    stopWaiting();
    awaitView();
  }

  /** The request that waits for the end of the test is given up. */
  private void stopWaiting() {
    views.close();
    views = listWatch.follow(List.of(READ), Duration.ofDays(1));
  }

  @Test
  void aSlowListIsWaitedForSoLongAsItComes() {
    String whole = list("7", "", "a", "b");
    follow(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          for (byte each : whole.getBytes(StandardCharsets.UTF_8)) {
            exchange.getResponseBody().write(each);
            exchange.getResponseBody().flush();
            end.await(5, TimeUnit.MILLISECONDS);
          }
        });

    awaitView("a", "b");
    assertThat(listWatch.counters().failures()).isZero();
  }
}
