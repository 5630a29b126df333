package io.usher.server;

import io.usher.config.Configuration;
import io.usher.config.ConfigurationException;
import io.usher.decisions.DecisionApi;
import io.usher.decisions.DecisionSettings;
import io.usher.decisions.RuleReport;
import io.usher.engine.Deadline;
import io.usher.engine.MemoryBudget;
import io.usher.engine.ReviewExecutor;
import io.usher.http.CallerRules;
import io.usher.http.HttpSettings;
import io.usher.http.Readiness;
import io.usher.http.ReviewCalls;
import io.usher.http.WebhookServer;
import io.usher.observe.ReviewObserver;
import io.usher.rule.Phase;
import io.usher.rule.RuleDefinition;
import io.usher.rulejar.RuleOrigin;
import io.usher.telemetry.Meters;
import io.usher.telemetry.Observers;
import io.usher.telemetry.ReviewLog;
import io.usher.telemetry.ReviewMetrics;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server of admission webhooks, from its making to its last answer.
 *
 * <pre>{@code
 * try (var server = UsherServer.create(config -> config
 *         .webhooks(WebhookRegistration.named("labeler.example.com") ... .build())
 *         .set(CertificateSettings.DEV_CERTS, Path.of("certs"))
 *         .set(HttpSettings.PORT, 0))
 *     .start()) {
 *   ... server.port() ...
 * }
 * }</pre>
 *
 * <p>It ends in order when it is closed: unready at once; after the {@code shutdown-delay} no new
 * connections; then the reviews in flight, and everything that it started. It logs by SLF4J and
 * leaves signals, and the logging itself, to the program around it. Thread-safe.
 */
public final class UsherServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(UsherServer.class);

  /** For the answers that can still be given when the server can't go on. */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

  /** For an answer that was given to get out. */
  private static final Duration LAST_BYTES = Duration.ofMillis(500);

  private static final String SHUTDOWN = "shutdown";
  private static final String START = "start";
  private static final String CERTIFICATE = "certificate";
  private static final String VIEWS = "views";

  /** How often it is looked whether the views are filled. */
  private static final long VIEWS_LOOK_MILLIS = 50;

  /** New rules that read the cluster are served when their views are filled. */
  private static final Duration REPLACED_VIEWS = Duration.ofSeconds(30);

  private final Configuration settings;
  private final RuleConfigFile ruleConfig;
  private final WebhookSource source;
  private final DoorParts doors;
  private final Clock clock;
  private final Consumer<String> fatalHandler;
  private final FatalEnd fatal = new FatalEnd(this::endFatally);
  private final Readiness readiness = new Readiness();
  private final CertificateLoading certificate;
  private final ReviewMetrics metrics = new ReviewMetrics();
  private final Optional<DecisionApi> decisions;
  private final ReviewObserver observer;
  private final MemoryBudget budget;
  private final ReviewExecutor executor;
  private final ReviewCalls calls;
  private final ClusterAccess cluster;
  private final ViewMetrics viewMetrics;
  private final WebhookServer server;
  private final Optional<PortFile> portFile;
  private final ScheduledExecutorService timer;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Replaced under this object's lock. */
  private volatile Serving serving;

  /**
   * Makes a server that does not listen yet; it has loaded its webhooks and its certificate.
   *
   * @param configure is called once, at once
   * @throws ConfigurationException when a setting, or a file that it names, is wrong
   * @throws io.usher.rulejar.RuleJarException when a rule jar can't be used
   * @throws io.usher.webhook.InvalidWebhookException when its classes make no webhook
   */
  public static UsherServer create(Consumer<UsherConfig> configure) {
    var config = new UsherConfig();
    configure.accept(config);
    return new UsherServer(config);
  }

  private UsherServer(UsherConfig config) {
    settings = config.settings();
    ruleConfig = config.ruleConfig();
    source = config.source(ruleConfig);
    doors = config.doors();
    clock = config.clock();
    decisions =
        settings.get(DecisionSettings.API)
            ? Optional.of(decisionApi(settings, clock))
            : Optional.empty();
    var handler = config.fatal();
    fatalHandler = handler != null ? handler : reason -> close();
    // The one that ends the server comes first: with no memory left the others may fail.
    observer =
        new Observers(
            fatal,
            metrics,
            new ReviewLog(settings),
            new LostClasses(this::goesOnNoLonger),
            decisions.map(DecisionApi::observer).orElse(ReviewObserver.NONE),
            config.observer());
    readiness.block(START, "the server is starting");
    portFile = settings.find(ServerSettings.PORT_FILE).map(PortFile::new);
    budget = EngineSettings.memory(settings);
    certificate = CertificateLoading.begin(settings, clock);
    var http = HttpSettings.of(settings);
    executor = new ReviewExecutor(EngineSettings.executor(settings), observer);
    calls = ReviewCalls.of(http, executor, observer);
    cluster =
        new ClusterAccess(
            settings,
            metrics
                .meters()
                .timer("usher.live.duration", "Live reads that the API server was asked for"));
    viewMetrics =
        new ViewMetrics(metrics.meters(), () -> serving.views().states(), () -> cluster.counters());
    try {
      serving = Serving.load(source, doors, settings, calls, cluster, clock);
    } catch (RuntimeException | Error e) {
      executor.close();
      cluster.close();
      certificate.join();
      throw e;
    }
    try {
      var context = certificate.await();
      measure(serving);
      server =
          new WebhookServer(
              http,
              context,
              !CallerRules.clientCas(settings).isEmpty(),
              serving.routes(),
              budget,
              observer,
              readiness,
              metrics.meters()::scrape);
    } catch (RuntimeException e) {
      serving.close();
      cluster.close();
      executor.close();
      throw e;
    }
    timer = Executors.newSingleThreadScheduledExecutor(UsherServer::timerThread);
    describe();
  }

  /**
   * Listens; the server is ready when this returns, or as soon as it has seen what its rules read
   * of the cluster.
   *
   * @throws StartException when an address can't be had
   */
  public UsherServer start() {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("the server has been started before");
    }
    try {
      server.start();
      fatal.start();
      long millis = settings.get(ServerSettings.RELOAD_INTERVAL).toMillis();
      timer.scheduleWithFixedDelay(this::lookAtFiles, 0, millis, TimeUnit.MILLISECONDS);
      warmUp(serving);
      awaitViews();
      readiness.clear(START);
      decisions.ifPresent(api -> api.start(this::ruleReports));
      portFile.ifPresent(file -> file.write(server.reviewPort(), server.healthPort()));
    } catch (RuntimeException e) {
      release();
      throw e instanceof StartException ? e : new StartException("listen", e);
    }
    return this;
  }

  /** The webhooks that are served now, in the order between webhooks. */
  public List<WebhookRegistration> webhooks() {
    return serving.webhooks();
  }

  /** The port that reviews are posted to. */
  public int port() {
    return server.reviewPort();
  }

  /** The port of probes and metrics. */
  public int healthPort() {
    return server.healthPort();
  }

  /** The port of the API of decisions and rules, once kube-apiserver was reached. */
  public Optional<Integer> apiPort() {
    return decisions.flatMap(DecisionApi::port);
  }

  /**
   * Loads the webhooks again and serves them from now on. A review that began before ends with the
   * rules that it began with, which are given up after the last of those reviews. When the new ones
   * can't be served, this throws what {@link #create} would, and the old ones stay; so they do when
   * what the new ones read of the cluster is not there in time.
   */
  public synchronized void reload() {
    var next = Serving.load(source, doors, settings, calls, cluster, clock);
    try {
      requireOpen();
      awaitFilled(next);
    } catch (RuntimeException e) {
      next.close();
      throw e;
    }
    warmUp(next);
    measure(next);
    serving = next;
    server.serve(next.routes());
  }

  /** Waits until the server is closed. */
  public void awaitEnd() throws InterruptedException {
    closed.await();
  }

  /** Ends in order; returns when all is over, also when another thread closes. */
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      try {
        if (started.get()) {
          drain();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        release();
      }
    } else {
      awaitClosed();
    }
  }

  private void awaitClosed() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void drain() throws InterruptedException {
    readiness.block(SHUTDOWN, "the server is stopping");
    server.closeAfterAnswers();
    LOG.info("stopping: unready from now on");
    Thread.sleep(settings.get(ServerSettings.SHUTDOWN_DELAY).toMillis());
    server.refuseConnections();
    if (!executor.awaitIdle(settings.get(ServerSettings.SHUTDOWN_TIMEOUT))) {
      LOG.warn("{} reviews are not answered yet, and will not be", executor.inFlight());
    }
  }

  /** Gives up whatever is held, in the order that answers need. */
  private void release() {
    closing.set(true);
    timer.shutdownNow();
    server.stop();
    fatal.close();
    executor.close();
    decisions.ifPresent(DecisionApi::close);
    synchronized (this) {
      serving.close();
    }
    cluster.close();
    portFile.ifPresent(UsherServer::delete);
    LOG.info("stopped");
    closed.countDown();
  }

  private static void delete(PortFile file) {
    try {
      file.close();
    } catch (IOException e) {
      LOG.warn("delete the port file", e);
    }
  }

  private static DecisionApi decisionApi(Configuration settings, Clock clock) {
    CertificateLoading.Paths paths = CertificateLoading.paths(settings);
    return new DecisionApi(
        settings,
        paths.certificate(),
        paths.key(),
        settings.find(ViewSettings.KUBECONFIG).orElse(null),
        clock);
  }

  private List<RuleReport> ruleReports() {
    Serving now = serving;
    return now.webhooks().stream()
        .flatMap(
            webhook ->
                Stream.of(Phase.values())
                    .flatMap(phase -> webhook.rules(phase).stream())
                    .map(rule -> ruleReport(now, webhook.name(), rule)))
        .toList();
  }

  private RuleReport ruleReport(Serving now, String webhook, RuleDefinition rule) {
    DecisionApi api = decisions.orElseThrow();
    RuleOrigin origin = now.originOf(rule);
    return new RuleReport(
        webhook,
        rule.name(),
        rule.phase() == Phase.MUTATING ? "mutating" : "validating",
        origin.jar(),
        origin.digest(),
        api.changes(webhook, rule.name()),
        api.denials(webhook, rule.name()),
        metrics.measures(webhook, rule.name()));
  }

  private void goesOnNoLonger(String why, Throwable cause) {
    observer.fatal(why, cause);
  }

  private void endFatally() {
    readiness.block(SHUTDOWN, fatal.reason());
    try {
      server.closeAfterAnswers();
      executor.awaitIdle(LAST_ANSWERS);
      Thread.sleep(LAST_BYTES.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      fatalHandler.accept(fatal.reason());
    }
  }

  /** Views are read in it, and the API server is not asked for what no client did. */
  private void warmUp(Serving next) {
    new SelfReviews(next.webhooks(), EngineSettings.limits(settings), next.views()::now)
        .run(settings.get(ServerSettings.SELF_REVIEWS));
  }

  /** Each step alone, as a failure of one must not end the looking. */
  private void lookAtFiles() {
    attempt("take over the new certificate", this::reloadCertificate);
    attempt("take over the new credentials", serving.callers()::reload);
    attempt("serve the rules with their new configuration", this::reloadConfigured);
  }

  /** Not ready until each view was filled once; looks on until then. */
  private void awaitViews() {
    List<String> unsynced = serving.views().unsynced();
    if (unsynced.isEmpty()) {
      readiness.clear(VIEWS);
    } else {
      readiness.block(VIEWS, "not read yet: " + String.join("; ", unsynced));
      timer.schedule(this::awaitViews, VIEWS_LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void requireOpen() {
    if (closing.get()) {
      throw new IllegalStateException("the server is closed");
    }
  }

  private void awaitFilled(Serving next) {
    var patience = Deadline.after(REPLACED_VIEWS);
    List<String> unsynced = next.views().unsynced();
    while (!unsynced.isEmpty()) {
      requireOpen();
      if (patience.passed()) {
        throw new IllegalStateException(
            "what the new rules read of the cluster was not read in %s: %s"
                .formatted(REPLACED_VIEWS, String.join("; ", unsynced)));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(VIEWS_LOOK_MILLIS));
      unsynced = next.views().unsynced();
    }
  }

  private void reloadCertificate() throws Exception {
    var context = certificate.files().reload();
    if (context != null) {
      server.reload(context);
    }
    var expiry = certificate.files().expiry();
    if (clock.instant().isAfter(expiry)) {
      readiness.block(CERTIFICATE, "expired " + expiry);
    } else {
      readiness.clear(CERTIFICATE);
    }
  }

  private void reloadConfigured() {
    if (ruleConfig.look()) {
      reload();
    }
  }

  /** A step that may fail. */
  private interface Step {
    void run() throws Exception;
  }

  private void attempt(String what, Step step) {
    try {
      step.run();
    } catch (OutOfMemoryError e) {
      observer.fatal("out of memory", e);
    } catch (Throwable e) {
      LOG.warn("{}", what, e);
    }
  }

  private void measure(Serving next) {
    metrics.serve(next.webhooks());
    viewMetrics.serve(
        next.webhooks().stream().flatMap(webhook -> webhook.reads().stream()).toList());
  }

  private void describe() {
    Meters meters = metrics.meters();
    meters.gauge("usher.reviews.in.flight", "Reviews that run now", executor::inFlight);
    meters.gauge("usher.reviews.queued", "Reviews that wait for a slot", executor::queued);
    meters.gauge("usher.reviews.memory.bytes", "Memory that reviews in flight take", budget::used);
    meters.gauge("usher.connections", "Open connections", server::connections);
    meters.gauge(
        "usher.requests.unfinished",
        "Requests that have not arrived whole, and answers that have not left",
        server::unfinished);
    meters.counter(
        "usher.requests.given.up",
        "Requests that did not arrive in time, and answers that were not read in time",
        server::givenUp);
    meters.counter(
        "usher.connections.evicted",
        "Connections closed to make room for others",
        server::evictions);
    var files = certificate.files();
    meters.gauge(
        "usher.certificate.expiry.seconds",
        "When the server's certificate expires, in seconds since 1970",
        () -> files.expiry().getEpochSecond());
    meters.counter(
        "usher.certificate.reload.failures",
        "New certificates that were bad, so that the old one was kept",
        files::failures);
    meters.gauge(
        "usher.credentials.bad.files",
        "Files of credentials and client CAs that are gone or bad; what was in them is revoked",
        () -> serving.callers().badFiles());
  }

  private static Thread timerThread(Runnable task) {
    var thread = new Thread(task, "reload");
    thread.setDaemon(true);
    return thread;
  }
}
