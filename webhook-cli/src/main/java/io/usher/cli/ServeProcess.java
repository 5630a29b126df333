package io.usher.cli;

import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.TlsFiles;
import io.usher.config.Configuration;
import io.usher.config.ServeSettings;
import io.usher.engine.MemoryBudget;
import io.usher.engine.ReviewExecutor;
import io.usher.engine.ReviewLimits;
import io.usher.engine.admission.AdmissionReviewHandler;
import io.usher.http.HttpSettings;
import io.usher.http.Readiness;
import io.usher.http.ReviewRoute;
import io.usher.http.TimeReserve;
import io.usher.http.WebhookServer;
import io.usher.observe.ReviewObserver;
import io.usher.rule.Phase;
import io.usher.rulejar.GuardedRules;
import io.usher.rulejar.RuleJarException;
import io.usher.rulejar.RuleJars;
import io.usher.telemetry.Logs;
import io.usher.telemetry.Observers;
import io.usher.telemetry.ReviewLog;
import io.usher.telemetry.ReviewMetrics;
import io.usher.webhook.InvalidWebhookException;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a running server, from their making to the last answer.
 *
 * <p>It ends in order when the process gets a SIGTERM: unready at once; some time later no new
 * connections; then the reviews in flight, and the process. When it can't go on (no memory, too
 * many threads hang) it turns unready, answers what it can, and ends with an error, so that kubelet
 * starts another.
 */
final class ServeProcess implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ServeProcess.class);

  /** For the answers that can still be given when the process can't go on. */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

  /** For an answer that was given to get out. */
  private static final Duration LAST_BYTES = Duration.ofMillis(500);

  /** EX_SOFTWARE of sysexits.h. */
  private static final int FATAL = 70;

  private static final String SHUTDOWN = "shutdown";
  private static final String START = "start";
  private static final String CERTIFICATE = "certificate";

  private final Configuration configuration;
  private final Readiness readiness = new Readiness();
  private final AtomicBoolean ending = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final RuleJars jars;
  private final TlsFiles tls;
  private final CallerRules callers;
  private final ReviewExecutor executor;
  private final WebhookServer server;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "reload");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Starts a server; it is ready when this returns.
   *
   * @param out gets the one line that says so
   * @param listeners are told of reviews and rules, beside metrics and log
   */
  static ServeProcess start(
      Configuration configuration, PrintWriter out, ReviewObserver... listeners)
      throws StartException {
    var process = new ServeProcess(configuration, new Observers(listeners));
    process.begin(out);
    return process;
  }

  private ServeProcess(Configuration configuration, ReviewObserver listeners)
      throws StartException {
    this.configuration = configuration;
    readiness.block(START, "the server is starting");
    tls = tlsFiles();
    var loading = CompletableFuture.supplyAsync(this::loadTls);
    jars = loadRules();
    List<WebhookRegistration> webhooks = jars.webhooks();
    callers = new CallerRules(configuration, paths(webhooks));
    var metrics = new ReviewMetrics(webhooks);
    // The one that ends the process comes first: with no memory left the others may fail.
    var observer = new Observers(new Fatal(), metrics, new ReviewLog(), listeners);
    var budget =
        new MemoryBudget(
            Runtime.getRuntime().maxMemory()
                / 100
                * configuration.get(ServeSettings.MEMORY_PERCENT));
    executor =
        new ReviewExecutor(
            new ReviewExecutor.Settings(
                configuration.get(ServeSettings.SLOTS),
                configuration.get(ServeSettings.QUEUE_PER_SLOT),
                configuration.get(ServeSettings.MAX_HUNG_THREADS),
                configuration.get(ServeSettings.BYTES_PER_NODE)),
            observer);
    server =
        new WebhookServer(
            httpSettings(),
            joined(loading),
            !CallerRules.clientCas(configuration).isEmpty(),
            routes(webhooks, observer),
            budget,
            executor,
            observer,
            readiness,
            metrics::scrape);
    describe(metrics, budget);
  }

  /** The webhooks that are served, in the order between webhooks. */
  List<WebhookRegistration> webhooks() {
    return jars.webhooks();
  }

  /** The port that reviews are posted to. */
  int reviewPort() {
    return server.reviewPort();
  }

  /** Waits for the end, and gives the exit code. */
  int awaitEnd() throws InterruptedException {
    ended.await();
    return 0;
  }

  /** Ends in order, unless it has ended. */
  @Override
  public void close() {
    endInOrder();
    executor.close();
    jars.close();
    Logs.close();
  }

  private void begin(PrintWriter out) throws StartException {
    try {
      server.start();
    } catch (RuntimeException e) {
      throw new StartException("listen", e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::endInOrder, "shutdown"));
    long millis = configuration.get(ServeSettings.RELOAD_INTERVAL).toMillis();
    timer.scheduleWithFixedDelay(this::reload, 0, millis, TimeUnit.MILLISECONDS);
    new SelfReviews(jars.webhooks(), limits()).run(configuration.get(ServeSettings.SELF_REVIEWS));
    writePorts();
    readiness.clear(START);
    out.printf(
        "usher serves %s on https://%s:%d, health and metrics on http://%s:%d%n",
        jars.webhooks().stream().map(WebhookRegistration::name).collect(Collectors.joining(", ")),
        configuration.get(ServeSettings.HOST),
        server.reviewPort(),
        configuration.get(ServeSettings.HEALTH_HOST),
        server.healthPort());
    out.flush();
  }

  private void reload() {
    try {
      var context = tls.reload();
      if (context != null) {
        server.reload(context);
      }
    } catch (Exception e) {
      LOG.warn("take over the new certificate", e);
    }
    if (Instant.now().isAfter(tls.expiry())) {
      readiness.block(CERTIFICATE, "expired " + tls.expiry());
    } else {
      readiness.clear(CERTIFICATE);
    }
    callers.reload();
  }

  private void endInOrder() {
    if (!ending.compareAndSet(false, true)) {
      return;
    }
    try {
      readiness.block(SHUTDOWN, "the server is stopping");
      server.closeAfterAnswers();
      LOG.info("stopping: unready from now on");
      Thread.sleep(configuration.get(ServeSettings.SHUTDOWN_DELAY).toMillis());
      server.refuseConnections();
      if (!executor.awaitIdle(configuration.get(ServeSettings.SHUTDOWN_TIMEOUT))) {
        LOG.warn("{} reviews are not answered yet, and will not be", executor.inFlight());
      }
      server.stop();
      LOG.info("stopped");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
      Logs.close();
    }
  }

  /**
   * Ends the process with an error. Its thread waits from the start on: when it is needed, none may
   * be had.
   */
  private final class Fatal implements ReviewObserver {

    private final CountDownLatch told = new CountDownLatch(1);

    Fatal() {
      var thread = new Thread(this::end, "fatal");
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void fatal(String what, @Nullable Throwable cause) {
      told.countDown();
      readiness.block(SHUTDOWN, what);
    }

    private void end() {
      try {
        told.await();
      } catch (InterruptedException e) {
        return;
      }
      try {
        ending.set(true);
        server.closeAfterAnswers();
        executor.awaitIdle(LAST_ANSWERS);
        Thread.sleep(LAST_BYTES.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        Logs.close();
        // Not System.exit: its hooks may need the memory or the threads that are missing.
        Runtime.getRuntime().halt(FATAL);
      }
    }
  }

  private RuleJars loadRules() throws StartException {
    var paths = configuration.find(ServeSettings.RULES);
    if (paths.isEmpty()) {
      throw new StartException("--rules, USHER_RULES or the file must name a rule jar");
    }
    try {
      return RuleJars.load(paths.get());
    } catch (RuleJarException | InvalidWebhookException e) {
      throw new StartException("load rules", e);
    }
  }

  private TlsFiles tlsFiles() throws StartException {
    var directory = configuration.find(ServeSettings.DEV_CERTS);
    var clientCas = CallerRules.clientCas(configuration);
    var certificate = configuration.find(ServeSettings.CERT);
    var key = configuration.find(ServeSettings.KEY);
    if (directory.isPresent()) {
      if (certificate.isPresent() || key.isPresent()) {
        throw new StartException("dev-certs and cert or key exclude each other");
      }
      return new TlsFiles(
          directory.get().resolve("tls.crt"), directory.get().resolve("tls.key"), clientCas);
    }
    if (certificate.isEmpty() || key.isEmpty()) {
      throw new StartException("cert and key are needed, or dev-certs for development");
    }
    return new TlsFiles(certificate.get(), key.get(), clientCas);
  }

  private SSLContext loadTls() {
    try {
      var directory = configuration.find(ServeSettings.DEV_CERTS);
      if (directory.isPresent()) {
        var names = configuration.get(ServeSettings.DEV_CERTS_NAMES);
        DevelopmentCertificates.writeTo(directory.get(), names, Clock.systemUTC());
      }
      return tls.load();
    } catch (GeneralSecurityException | IOException e) {
      throw new CompletionException(e);
    }
  }

  private static SSLContext joined(CompletableFuture<SSLContext> loading) throws StartException {
    try {
      return loading.join();
    } catch (CompletionException e) {
      throw new StartException("load the certificate", e.getCause());
    }
  }

  private HttpSettings httpSettings() {
    return new HttpSettings(
        new InetSocketAddress(
            configuration.get(ServeSettings.HOST), configuration.get(ServeSettings.PORT)),
        new InetSocketAddress(
            configuration.get(ServeSettings.HEALTH_HOST),
            configuration.get(ServeSettings.HEALTH_PORT)),
        new TimeReserve(
            configuration.get(ServeSettings.RESERVE),
            configuration.get(ServeSettings.RESERVE_PERCENT)),
        configuration.get(ServeSettings.MAX_BODY),
        configuration.get(ServeSettings.HEADER_TIMEOUT),
        configuration.get(ServeSettings.IDLE_TIMEOUT),
        configuration.get(ServeSettings.MAX_UNFINISHED));
  }

  private ReviewLimits limits() {
    return new ReviewLimits(
        configuration.get(ServeSettings.MAX_BODY),
        configuration.get(ServeSettings.MAX_NODES),
        configuration.get(ServeSettings.MAX_DEPTH),
        configuration.get(ServeSettings.MAX_STRING),
        configuration.get(ServeSettings.MAX_NUMBER));
  }

  private List<ReviewRoute> routes(List<WebhookRegistration> webhooks, ReviewObserver observer) {
    var routes = new ArrayList<ReviewRoute>();
    for (var webhook : webhooks) {
      for (var phase : Phase.values()) {
        if (webhook.has(phase)) {
          String path = webhook.path(phase);
          routes.add(
              new ReviewRoute(
                  path,
                  new AdmissionReviewHandler(
                      webhook, phase, limits(), observer, new GuardedRules()),
                  Duration.ofSeconds(webhook.timeoutSeconds()),
                  callers.of(path)));
        }
      }
    }
    return routes;
  }

  private static Set<String> paths(List<WebhookRegistration> webhooks) {
    return webhooks.stream()
        .flatMap(
            webhook -> List.of(Phase.values()).stream().filter(webhook::has).map(webhook::path))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void describe(ReviewMetrics metrics, MemoryBudget budget) {
    metrics.gauge("usher.reviews.in.flight", "Reviews that run now", executor::inFlight);
    metrics.gauge("usher.reviews.queued", "Reviews that wait for a slot", executor::queued);
    metrics.gauge("usher.reviews.memory.bytes", "Memory that reviews in flight take", budget::used);
    metrics.gauge("usher.threads.hung", "Threads that hang in any rule", executor::hungThreads);
    metrics.gauge("usher.connections", "Open connections", server::connections);
    metrics.gauge(
        "usher.requests.unfinished", "Requests that have not arrived whole", server::unfinished);
    metrics.counter(
        "usher.requests.given.up", "Requests that did not arrive in time", server::givenUp);
    metrics.gauge(
        "usher.certificate.expiry.seconds",
        "When the server's certificate expires, in seconds since 1970",
        () -> tls.expiry().getEpochSecond());
    metrics.counter(
        "usher.certificate.reload.failures",
        "New certificates that were bad, so that the old one was kept",
        tls::failures);
  }

  private void writePorts() throws StartException {
    var file = configuration.find(ServeSettings.PORT_FILE);
    if (file.isEmpty()) {
      return;
    }
    Path path = file.get().toAbsolutePath();
    String ports =
        "{\"port\":" + server.reviewPort() + ",\"healthPort\":" + server.healthPort() + "}\n";
    try {
      // Moved into its place, so that who waits for it never reads half of it.
      Path half = Files.createTempFile(path.getParent(), "ports", null);
      Files.writeString(half, ports);
      Files.move(half, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new StartException("write " + path, e);
    }
  }
}
