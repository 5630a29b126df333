package io.usher.server;

import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.example.configured.TeamLabel;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.certs.DevelopmentCertificates;
import io.usher.config.ConfigurationException;
import io.usher.config.PathScoped;
import io.usher.http.CallerSettings;
import io.usher.http.HttpSettings;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewObserver;
import io.usher.webhook.WebhookRegistration;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server in this JVM, as a program starts it. */
@Timeout(240)
class UsherServerIT {

  private static final HttpClient PLAIN = HttpClient.newHttpClient();

  private static final String PATH = "/mutate/labeler.example.com";

  private static final String REVIEW =
      """
      {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u",
      "kind":{"group":"","version":"v1","kind":"Pod"},
      "resource":{"group":"","version":"v1","resource":"pods"},
      "name":"web","namespace":"default","operation":"CREATE","userInfo":{"username":"alice"},
      "dryRun":false,"oldObject":null,"options":null,
      "object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"}}}}""";

  private static final Set<String> ASIDE =
      Set.of(
          "io.usher.json",
          "io.usher.patch",
          "io.usher.admission",
          "io.usher.rule",
          "io.usher.webhook");

  @TempDir private Path directory;

  @Test
  void servesWebhooksThatAProgramHasBuilt() throws Exception {
    try (var server = start(config -> config.webhooks(labeling("red")))) {
      var answer = review(client(), server);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(patch(answer)).contains("\"red\"");
      assertThat(server.webhooks())
          .extracting(WebhookRegistration::name)
          .containsExactly("labeler.example.com");
    }
  }

  /** From the socket to the answer, but for JSON, patches and what rule jars compile against. */
  @Test
  void aReviewCrossesFivePackages() throws Exception {
    Set<String> crossed = ConcurrentHashMap.newKeySet();
    Callable<?> inRule =
        () -> {
          crossed.addAll(packages(Thread.currentThread().getStackTrace()));
          return null;
        };
    var atEvents =
        new ReviewObserver.Some() {
          @Override
          public void reviewFinished(FinishedReview review) {
            crossed.addAll(packages(Thread.currentThread().getStackTrace()));
          }
        };
    var pool = Executors.newSingleThreadExecutor();
    try (var server = start(config -> config.webhooks(labeling("red", inRule)).observe(atEvents));
        Closeable ignored = pool::shutdownNow) {
      var client = client();
      var over = new CountDownLatch(1);
      var load =
          pool.submit(
              () -> {
                while (over.getCount() > 0) {
                  assertThat(review(client, server).statusCode()).isEqualTo(200);
                }
                return null;
              });
      // No hook shows the stack of the thread that reads from the socket: it is looked at from
      // outside. What begins in the server's own package is no review: reloading, the end.
      await(
          () -> {
            Thread.getAllStackTraces().values().stream()
                .filter(stack -> !began(stack).startsWith("io.usher.server."))
                .map(UsherServerIT::packages)
                .filter(each -> each.contains("io.usher.http") || each.contains("io.usher.engine"))
                .forEach(crossed::addAll);
            return crossed.contains("io.usher.http")
                && crossed.contains("io.usher.engine.admission");
          });
      over.countDown();
      load.get();
    }

    assertThat(crossed)
        .containsExactlyInAnyOrder(
            "io.usher.http",
            "io.usher.engine",
            "io.usher.engine.admission",
            "io.usher.engine.chain",
            "io.usher.telemetry");
  }

  @Test
  void rulesAreMadeOfTheirConfigurationAndMadeAnewWhenItChanges() throws Exception {
    Path file = Files.writeString(directory.resolve("rules.yaml"), teamIs("red"));
    Path rules = copyOf(TeamLabel.class, TeamLabel.Config.class);
    try (var server =
        start(
            config ->
                config
                    .rules(rules)
                    .set(ServerSettings.RULE_CONFIG, file)
                    .set(ServerSettings.RELOAD_INTERVAL, Duration.ofMillis(10)))) {
      var client = client();
      assertThat(patch(review(client, server))).contains("\"red\"");
      Files.writeString(file, teamIs("blue"));
      await(() -> patch(review(client, server)).contains("\"blue\""));
      Files.writeString(file, "labeler.example.com: {teem: green}\n");
      Files.writeString(file, teamIs("[]"));
      assertThat(patch(review(client, server))).contains("\"blue\"");
      Files.writeString(file, teamIs("green"));
      await(() -> patch(review(client, server)).contains("\"green\""));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "labeler.example.com: {teem: red} | labeler.example.com.teem: there is no such key",
        "labeler.example.com: {teem: red} | labeler.example.com.team is missing",
        "labeler.example.com: red | write a mapping of keys to values below it",
        "[a] | write a mapping of webhooks to their keys",
        "a: {b: 1, b: 2} | rules.yaml:1: Duplicate field 'b'"
      })
  void wrongConfigurationOfRulesIsNamed(String text, String message) throws Exception {
    Path file = Files.writeString(directory.resolve("rules.yaml"), text);
    Path rules = copyOf(TeamLabel.class, TeamLabel.Config.class);
    assertThatThrownBy(
            () -> start(config -> config.rules(rules).set(ServerSettings.RULE_CONFIG, file)))
        .hasMessageContaining(message);
  }

  @Test
  void rulesTakeVariables() throws Exception {
    Path rules = copyOf(TeamLabel.class, TeamLabel.Config.class);
    try (var server =
        start(
            config ->
                config
                    .rules(rules)
                    .ruleVariables(
                        Map.of("USHER_RULE_CONFIG_LABELER_EXAMPLE_COM_TEAM", "violet")))) {
      assertThat(patch(review(client(), server))).contains("\"violet\"");
    }
  }

  private static String teamIs(String team) {
    return "labeler.example.com:\n  team: " + team + "\n";
  }

  private Path copyOf(Class<?>... types) throws IOException {
    Path rules = directory.resolve("rules");
    for (Class<?> type : types) {
      String name = type.getName().replace('.', '/') + ".class";
      Path copy = rules.resolve(name);
      Files.createDirectories(copy.getParent());
      try (var in = type.getClassLoader().getResourceAsStream(name)) {
        Files.write(copy, in.readAllBytes());
      }
    }
    return rules;
  }

  @Test
  void answersOnThePathThatAnOperatorChose() throws Exception {
    try (var server =
        start(
            config ->
                config
                    .webhooks(labeling("red"))
                    .set(
                        ServerSettings.MUTATING_PATH,
                        List.of(new WebhookPath("labeler.example.com", "/mutate-v1-pod")))
                    .set(
                        CallerSettings.AUTHENTICATE,
                        List.of(new PathScoped<>("/mutate-v1-pod", "anyone"))))) {
      var client = client();
      var chosen =
          HttpRequest.newBuilder(post(server), (name, value) -> true)
              .uri(URI.create("https://localhost:" + server.port() + "/mutate-v1-pod"))
              .build();
      assertThat(client.send(chosen, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
      assertThat(review(client, server).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void refusesAPathForAWebhookThatIsNotServed() {
    assertThatThrownBy(
            () ->
                start(
                    config ->
                        config
                            .webhooks(labeling("red"))
                            .set(
                                ServerSettings.VALIDATING_PATH,
                                List.of(new WebhookPath("other.example.com", "/v")))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "a path is chosen for webhook other.example.com, which is not served; served are"
                + " [labeler.example.com]");
  }

  @Test
  void refusesToStartWithNothingToServe() {
    assertThatThrownBy(() -> start(config -> {}))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("name a rule jar");
  }

  @Test
  void refusesAPortThatIsTaken() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  start(
                      config ->
                          config
                              .webhooks(labeling("red"))
                              .set(HttpSettings.PORT, taken.getLocalPort())))
          .isInstanceOf(StartException.class)
          .hasMessageContaining(Integer.toString(taken.getLocalPort()));
    }
  }

  @Test
  void isUnreadyOnceItsCertificateHasExpired() throws Exception {
    var later = Clock.fixed(Instant.now().plus(Duration.ofDays(8)), ZoneOffset.UTC);
    Path certificates = directory.resolve("old");
    DevelopmentCertificates.writeTo(certificates, List.of("localhost"), Clock.systemUTC());
    try (var server =
        UsherServer.create(
                config ->
                    loopback(config)
                        .webhooks(labeling("red"))
                        .set(CertificateSettings.CERT, certificates.resolve("tls.crt"))
                        .set(CertificateSettings.KEY, certificates.resolve("tls.key"))
                        .clock(later))
            .start()) {
      await(() -> plain(server, "/readyz").statusCode() == 503);
      assertThat(plain(server, "/readyz").body()).startsWith("certificate: expired ");
    }
  }

  @Test
  void looksAtFilesAgainAfterALookHasFailed() throws Exception {
    var looks = new AtomicInteger();
    var clock =
        new Clock() {
          @Override
          public Instant instant() {
            // It issues the certificate, then fails some looks, and then time has passed.
            int look = looks.getAndIncrement();
            if (look > 3 && look < 8) {
              throw new IllegalStateException("no time");
            }
            return look < 8 ? Instant.now() : Instant.now().plus(Duration.ofDays(8));
          }

          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
          }
        };
    try (var server =
        start(
            config ->
                config
                    .webhooks(labeling("red"))
                    .clock(clock)
                    .set(ServerSettings.RELOAD_INTERVAL, Duration.ofMillis(10)))) {
      await(() -> plain(server, "/readyz").statusCode() == 503);
      assertThat(looks).hasValueGreaterThan(8);
    }
  }

  /** The JVM never tries an initializer again that met the end of a stack. */
  @Test
  void aClassThatIsLostEndsTheServer() throws Exception {
    var reason = new CompletableFuture<String>();
    try (var server =
        start(
            config ->
                config
                    .webhooks(labeling("red", Lost::use))
                    .set(ServerSettings.SELF_REVIEWS, 0)
                    .onFatal(reason::complete))) {
      var client = client();
      assertThat(review(client, server).statusCode()).isEqualTo(500);
      assertThat(reason).as("it overflowed, as any rule may").isNotDone();
      assertThat(review(client, server).statusCode()).isEqualTo(500);
      assertThat(reason)
          .succeedsWithin(Duration.ofMinutes(1))
          .isEqualTo("a rule met the end of its stack while it first used " + Lost.class.getName());
      assertThat(plain(server, "/readyz").statusCode()).isEqualTo(503);
    }
  }

  private static final class Lost {
    private static final int DEPTH = depth(0);

    private static int depth(int above) {
      return above < 0 ? 0 : 1 + depth(above + 1);
    }

    static Object use() {
      return DEPTH;
    }
  }

  @Test
  void aTokenWhoseFileIsGoneEndsAfterTheGrace() throws Exception {
    Path tokens = Files.writeString(directory.resolve("tokens"), "secret\n");
    try (var server =
        start(
            config ->
                config
                    .webhooks(labeling("red"))
                    .set(CallerSettings.AUTHENTICATE, List.of(PathScoped.everywhere("token")))
                    .set(CallerSettings.TOKEN_FILE, List.of(PathScoped.everywhere(tokens)))
                    .set(CallerSettings.CREDENTIAL_GRACE, Duration.ofMillis(100))
                    .set(ServerSettings.RELOAD_INTERVAL, Duration.ofMillis(10)))) {
      var client = client();
      assertThat(withToken(client, server)).isEqualTo(200);
      assertThat(plain(server, "/metrics").body()).contains("usher_credentials_bad_files 0.0");
      Files.delete(tokens);
      await(() -> withToken(client, server) == 401);
      assertThat(plain(server, "/metrics").body()).contains("usher_credentials_bad_files 1.0");
      Files.writeString(tokens, "secret\n");
      await(() -> withToken(client, server) == 200);
    }
  }

  private static int withToken(HttpClient client, UsherServer server) throws Exception {
    var request =
        HttpRequest.newBuilder(post(server), (name, value) -> true)
            .header("Authorization", "Bearer secret")
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
  }

  @Test
  void snapshotsAreSwappedUnderLoadWithoutAFailure() throws Exception {
    var source = new Generations();
    var pool = Executors.newCachedThreadPool();
    try (var server = start(config -> config.webhooks(source))) {
      var client = client();
      var answers = new AtomicInteger();
      var loads = new ArrayList<Future<Set<String>>>();
      for (int i = 0; i < 4; i++) {
        loads.add(pool.submit(() -> load(client, server, source, answers)));
      }
      for (int i = 0; i < 20; i++) {
        int before = answers.get();
        await(() -> answers.get() > before + 20);
        server.reload();
      }
      source.done.countDown();
      var seen = new TreeSet<String>();
      for (var load : loads) {
        seen.addAll(load.get());
      }
      assertThat(seen).hasSizeGreaterThan(10);
      await(() -> source.open.get() == 1);
      assertThat(source.usedAfterClose).hasValue(0);
    } finally {
      pool.shutdownNow();
    }
    assertThat(source.open).hasValue(0);
  }

  private static Set<String> load(
      HttpClient client, UsherServer server, Generations source, AtomicInteger answers)
      throws Exception {
    var seen = new TreeSet<String>();
    while (source.done.getCount() > 0) {
      var answer = review(client, server);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      seen.add(patch(answer));
      answers.incrementAndGet();
    }
    return seen;
  }

  @Test
  void aReplacedSnapshotIsClosedAfterItsLastReview() throws Exception {
    var source = new Generations();
    try (var server =
        start(config -> config.webhooks(source).set(ServerSettings.SELF_REVIEWS, 0))) {
      source.hold = true;
      var late = client().sendAsync(post(server), HttpResponse.BodyHandlers.ofString());
      source.held.await();
      server.reload();
      assertThat(source.open).hasValue(2);
      source.hold = false;
      source.goOn.countDown();
      assertThat(patch(late.join())).contains("generation-1");
      await(() -> source.open.get() == 1);
      assertThat(patch(review(client(), server))).contains("generation-2");
    }
  }

  @Test
  void aSnapshotThatCantBeServedLeavesTheOldOne() throws Exception {
    var source = new Generations();
    try (var server = start(config -> config.webhooks(source))) {
      source.fail = true;
      assertThatThrownBy(server::reload).hasMessage("no generation");
      assertThat(patch(review(client(), server))).contains("generation-1");
    }
  }

  @Test
  void closeLeavesNothingBehind() throws Exception {
    // The first one loads what the JVM keeps: its own threads, jars and devices.
    startAndClose();
    var threads = threads();
    var hooks = hooks();
    long files = openFiles();
    for (int i = 0; i < 50; i++) {
      startAndClose();
    }
    await(() -> threads.containsAll(threads()));
    assertThat(hooks()).isEqualTo(hooks);
    await(() -> openFiles() <= files);
    assertThat(directory.resolve("ports.json")).doesNotExist();
  }

  private void startAndClose() throws Exception {
    int port;
    int healthPort;
    try (var server =
        start(
            config ->
                config
                    .webhooks(labeling("red"))
                    .set(ServerSettings.SELF_REVIEWS, 2)
                    .set(ServerSettings.PORT_FILE, directory.resolve("ports.json")))) {
      assertThat(directory.resolve("ports.json")).isNotEmptyFile();
      port = server.port();
      healthPort = server.healthPort();
      assertThat(plain(server, "/readyz").statusCode()).isEqualTo(200);
    }
    // A port that is listened on can't be bound.
    new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    new ServerSocket(healthPort, 1, InetAddress.getLoopbackAddress()).close();
  }

  /** Those that aren't the tests' own clients'. */
  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !thread.getName().startsWith("HttpClient-"))
        .collect(Collectors.toSet());
  }

  private static int hooks() throws ReflectiveOperationException {
    var field = Class.forName("java.lang.ApplicationShutdownHooks").getDeclaredField("hooks");
    field.setAccessible(true);
    return ((Map<?, ?>) field.get(null)).size();
  }

  private static long openFiles() throws IOException {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  /** Webhooks that are others each time; it counts those that are open. */
  private static final class Generations implements WebhookSource {

    private final AtomicInteger loaded = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger usedAfterClose = new AtomicInteger();
    private final CountDownLatch done = new CountDownLatch(1);
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile boolean hold;
    private volatile boolean fail;

    @Override
    public Webhooks load() {
      if (fail) {
        throw new IllegalStateException("no generation");
      }
      String label = "generation-" + loaded.incrementAndGet();
      open.incrementAndGet();
      return new Webhooks() {

        private volatile boolean closed;

        @Override
        public List<WebhookRegistration> webhooks() {
          return List.of(
              labeling(
                  label,
                  () -> {
                    if (hold) {
                      held.countDown();
                      goOn.await();
                    }
                    if (closed) {
                      usedAfterClose.incrementAndGet();
                    }
                    return null;
                  }));
        }

        @Override
        public void close() {
          closed = true;
          open.decrementAndGet();
        }
      };
    }
  }

  private UsherServer start(Consumer<UsherConfig> configure) {
    return UsherServer.create(
            config -> {
              loopback(config).set(CertificateSettings.DEV_CERTS, directory.resolve("tls"));
              configure.accept(config);
            })
        .start();
  }

  /** The class of Usher that a stack began in; empty without one. */
  private static String began(StackTraceElement[] stack) {
    return Stream.of(stack)
        .map(StackTraceElement::getClassName)
        .filter(name -> name.startsWith("io.usher."))
        .reduce("", (inner, outer) -> outer);
  }

  /** The packages of Usher's main code on a stack, those that a rule is made of aside. */
  private static Set<String> packages(StackTraceElement[] stack) {
    return Stream.of(stack)
        .map(StackTraceElement::getClassName)
        .filter(name -> name.startsWith("io.usher.") && !name.contains("IT"))
        .map(name -> name.substring(0, name.lastIndexOf('.')))
        .filter(name -> !ASIDE.contains(name))
        .collect(Collectors.toSet());
  }

  private static UsherConfig loopback(UsherConfig config) {
    return config
        .set(HttpSettings.HOST, "127.0.0.1")
        .set(HttpSettings.PORT, 0)
        .set(HttpSettings.HEALTH_HOST, "127.0.0.1")
        .set(HttpSettings.HEALTH_PORT, 0)
        .set(ServerSettings.SHUTDOWN_DELAY, Duration.ZERO);
  }

  private static WebhookRegistration labeling(String value) {
    return labeling(value, () -> null);
  }

  private static WebhookRegistration labeling(String value, Callable<?> before) {
    return WebhookRegistration.named("labeler.example.com")
        .editing(
            "label",
            on(ObjectNode.class, Operation.CREATE).resource("pods"),
            (pod, context) -> {
              before.call();
              pod.withObject("/metadata/labels").put("example.com/team", value);
            })
        .timeoutSeconds(30)
        .build();
  }

  private static HttpRequest post(UsherServer server) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + PATH))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(REVIEW))
        .build();
  }

  private static HttpResponse<String> review(HttpClient client, UsherServer server)
      throws Exception {
    return client.send(post(server), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> plain(UsherServer server, String path) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + server.healthPort() + path);
    return PLAIN.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String patch(HttpResponse<String> answer) throws IOException {
    var response = new ObjectMapper().readTree(answer.body()).get("response");
    return new String(
        Base64.getDecoder().decode(response.get("patch").asText()), StandardCharsets.UTF_8);
  }

  private HttpClient client() throws Exception {
    return TrustingClient.of(directory.resolve("tls/ca.crt"))
        .version(HttpClient.Version.HTTP_1_1)
        .build();
  }

  private static void await(Callable<Boolean> condition) {
    // Threads are counted: it must bring none of its own.
    Awaitility.await()
        .pollInSameThread()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(10))
        .until(condition);
  }
}
