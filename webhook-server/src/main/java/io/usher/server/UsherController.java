package io.usher.server;

import io.usher.config.Configuration;
import io.usher.config.ConfigurationException;
import io.usher.engine.Ticker;
import io.usher.handler.HandlerSettings;
import io.usher.handler.HandlerState;
import io.usher.handler.Handlers;
import io.usher.http.HealthServer;
import io.usher.http.HttpSettings;
import io.usher.http.Readiness;
import io.usher.initializer.InitializerProgress;
import io.usher.initializer.Outcome;
import io.usher.leader.LeaderElection;
import io.usher.listwatch.ListWatch;
import io.usher.listwatch.ListWatchSettings;
import io.usher.observe.HandlerIdentity;
import io.usher.rule.HandlerDefinition;
import io.usher.rulejar.GuardedRules;
import io.usher.telemetry.ControllerMetrics;
import io.usher.telemetry.Meters;
import io.usher.webhook.WebhookRegistration;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A controller, from its making to its end: what rule jars do beside admission, in one of several
 * replicas, the one that holds a Lease.
 *
 * <pre>{@code
 * try (var controller = UsherController.create(config -> config
 *         .rules(Path.of("rules.jar"))
 *         .set(ControllerSettings.LEASE_NAME, "gate-controller"))
 *     .start()) {
 *   controller.awaitEnd();
 * }
 * }</pre>
 *
 * <p>It ends in order when it is closed: the work ends first, and then the Lease is released, so
 * that another replica goes on at once. It logs by SLF4J and leaves signals, and the logging
 * itself, to the program around it. Thread-safe.
 */
public final class UsherController implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(UsherController.class);

  private static final String SHUTDOWN = "shutdown";
  private static final String ELECTION = "election";
  private static final String VIEWS = "views";

  /** How often it is looked whether something keeps the process from being ready. */
  private static final long LOOK_MILLIS = 250;

  /** For a reload to heed its interruption. */
  private static final long RELOAD_END_SECONDS = 10;

  private final InetSocketAddress address;
  private final ControllerConfig config;
  private final RuleConfigFile ruleConfig;
  private final String identity = identity();
  private final ListWatch listWatch;
  private final InitializerProgress initialized = new InitializerProgress();
  private final LeaderElection election;
  private final Readiness readiness = new Readiness();
  private final ControllerMetrics metrics = new ControllerMetrics();
  private final ScheduledExecutorService timer = timer("controller");

  /** Of its own, as it may wait for tasks to end. */
  private final ScheduledExecutorService reloads = timer("reload");

  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** What it is made of, the first last. */
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  /** Replaced by the thread of reloads. */
  private volatile ControllerRules rules;

  private volatile @Nullable HealthServer health;

  /**
   * Makes a controller that does nothing yet; it has loaded its rule jars.
   *
   * @param configure is called once, at once
   * @throws ConfigurationException when a setting, or a file that it names, is wrong; also when
   *     there is nothing to do
   * @throws io.usher.rulejar.RuleJarException when a rule jar can't be used
   * @throws io.usher.webhook.InvalidWebhookException when its classes make no webhook
   */
  public static UsherController create(Consumer<ControllerConfig> configure) {
    var config = new ControllerConfig();
    configure.accept(config);
    return new UsherController(config);
  }

  private UsherController(ControllerConfig config) {
    Configuration settings = config.settings();
    address =
        new InetSocketAddress(
            settings.get(HttpSettings.HEALTH_HOST), settings.get(HttpSettings.HEALTH_PORT));
    this.config = config;
    parts.push(timer::shutdownNow);
    try {
      ruleConfig = config.ruleConfig();
      ExecutorService executor = Executors.newCachedThreadPool(task -> daemon(task, "views"));
      parts.push(executor::shutdownNow);
      listWatch = listWatch(settings, executor);
      parts.push(listWatch);
      rules = loadRules();
      parts.push(() -> rules.close());
      election = election(settings);
      parts.push(election);
      parts.push(this::endReloads);
    } catch (RuntimeException | Error e) {
      closeParts();
      throw e;
    }
    readiness.block(ELECTION, "the controller is starting");
    describe();
  }

  private ControllerRules loadRules() {
    return ControllerRules.load(
        config, ruleConfig, this::handlers, initialized, listWatch.counters());
  }

  private Handlers handlers(List<WebhookRegistration> webhooks) {
    return new Handlers(
        listWatch,
        webhooks,
        HandlerSettings.DEFAULT.withMaxStaleness(config.settings().get(ViewSettings.MAX_STALENESS)),
        identity,
        new GuardedRules(),
        timer,
        metrics,
        Clock.systemUTC(),
        Ticker.SYSTEM);
  }

  private ListWatch listWatch(Configuration settings, ExecutorService executor) {
    try {
      return ListWatch.open(
          settings.find(ViewSettings.KUBECONFIG).orElse(null),
          ListWatchSettings.DEFAULT,
          executor,
          timer,
          Ticker.SYSTEM);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(ViewSettings.KUBECONFIG.name(), e);
    }
  }

  private LeaderElection election(Configuration settings) {
    if (rules.tasks().isEmpty()) {
      throw new ConfigurationException(
          "rules: "
              + webhooks().stream().map(WebhookRegistration::name).toList()
              + " have no handlers, so the controller has nothing to do; add --initialize, or a rule"
              + " class with a method that is @OnAdded, @OnUpdated, @OnDeleted or @Reconciling");
    }
    return LeaderElection.open(
        settings.find(ViewSettings.KUBECONFIG).orElse(null),
        ControllerSettings.election(settings, identity),
        rules.tasks(),
        Ticker.SYSTEM);
  }

  /** A Pod's name tells people which one it is, and the rest that it was started again. */
  private static String identity() {
    return Optional.ofNullable(System.getenv("HOSTNAME")).orElse("usher") + "_" + UUID.randomUUID();
  }

  /**
   * Begins; the controller is ready as soon as it has seen the Lease.
   *
   * @throws StartException when the address can't be had
   */
  public UsherController start() {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("the controller has been started before");
    }
    try {
      health = HealthServer.start(address, readiness, metrics.meters()::scrape);
    } catch (RuntimeException e) {
      close();
      throw new StartException("listen on " + address, e);
    }
    election.start();
    timer.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    long millis = config.settings().get(ServerSettings.RELOAD_INTERVAL).toMillis();
    reloads.scheduleWithFixedDelay(this::lookAtFile, millis, millis, TimeUnit.MILLISECONDS);
    return this;
  }

  /** The webhooks whose handlers run. */
  public List<WebhookRegistration> webhooks() {
    return rules.webhooks();
  }

  /** The port of probes and metrics. */
  public int healthPort() {
    HealthServer server = health;
    if (server == null) {
      throw new IllegalStateException("the controller is not started");
    }
    return server.port();
  }

  /** Whether this replica is the one that works. */
  public boolean leading() {
    return election.leading();
  }

  /** Waits until the controller is closed. */
  public void awaitEnd() throws InterruptedException {
    closed.await();
  }

  /** Ends in order; returns when all is over, also when another thread closes. */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      awaitClosed();
      return;
    }
    readiness.block(SHUTDOWN, "the controller is stopping");
    closeParts();
    HealthServer server = health;
    if (server != null) {
      server.close();
    }
    LOG.info("stopped");
    closed.countDown();
  }

  private void closeParts() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.warn("close a part of the controller", e);
      }
    }
  }

  private void awaitClosed() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A failure must not end the looking. */
  private void lookAtFile() {
    try {
      if (ruleConfig.look()) {
        reload();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      LOG.warn("run the rules with their new configuration", e);
    }
  }

  /** Loads the rules again and runs them from now on; the old ones go on when that fails. */
  private void reload() throws InterruptedException {
    ControllerRules old = rules;
    rules = loadRules();
    try {
      election.replace(rules.tasks());
    } finally {
      old.close();
    }
  }

  private void endReloads() throws InterruptedException {
    reloads.shutdownNow();
    reloads.awaitTermination(RELOAD_END_SECONDS, TimeUnit.SECONDS);
  }

  private void look() {
    block(ELECTION, election.problem());
    List<String> unsynced =
        rules.views().stream().flatMap(views -> views.unsynced().stream()).toList();
    block(
        VIEWS,
        unsynced.isEmpty()
            ? Optional.empty()
            : Optional.of("not read yet: " + String.join("; ", unsynced)));
  }

  private void block(String condition, Optional<String> reason) {
    reason.ifPresentOrElse(
        text -> readiness.block(condition, text), () -> readiness.clear(condition));
  }

  private void describe() {
    Meters meters = metrics.meters();
    meters.gauge("usher.leader", "1 while this replica leads", () -> election.leading() ? 1 : 0);
    meters.counter(
        "usher.leader.terms", "How often this replica has begun to lead", election::terms);
    if (config.settings().get(ControllerSettings.INITIALIZE)) {
      for (Outcome outcome : Outcome.values()) {
        meters.counter(
            "usher.initializer.objects",
            "Objects that the Initializer looked at, by what came of them",
            () -> initialized.count(outcome),
            "outcome",
            outcome.toString());
      }
      meters.gauge(
          "usher.initializer.unlisted",
          "Resources of which the Initializer has not looked at all objects since it began",
          initialized::unlisted);
      meters.gauge(
          "usher.initializer.retrying",
          "Objects that failed, and that the Initializer looks at again",
          initialized::retrying);
    }
    listWatch
        .counters()
        .timeLiveReads(
            meters.timer("usher.live.duration", "Live reads that the API server was asked for"));
    new ViewMetrics(
            meters,
            () -> rules.views().stream().flatMap(views -> views.states().stream()).toList(),
            listWatch::counters)
        .serve(rules.reads());
    for (WebhookRegistration webhook : webhooks()) {
      for (HandlerDefinition handler : webhook.handlers()) {
        var identity = new HandlerIdentity(webhook.name(), handler.name());
        metrics.serve(
            identity,
            () -> state(identity).map(HandlerState::waiting).orElse(0),
            () -> state(identity).map(now -> now.lag().toMillis() / 1_000.0).orElse(0.0));
      }
    }
  }

  private Optional<HandlerState> state(HandlerIdentity handler) {
    return rules.handlers().states().stream()
        .filter(state -> state.handler().equals(handler))
        .findFirst();
  }

  private static ScheduledExecutorService timer(String name) {
    return Executors.newSingleThreadScheduledExecutor(task -> daemon(task, name));
  }

  private static Thread daemon(Runnable task, String name) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
