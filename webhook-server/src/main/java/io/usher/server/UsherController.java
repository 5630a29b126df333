package io.usher.server;

import io.usher.config.Configuration;
import io.usher.config.ConfigurationException;
import io.usher.engine.Ticker;
import io.usher.http.HealthServer;
import io.usher.http.HttpSettings;
import io.usher.http.Readiness;
import io.usher.leader.LeaderElection;
import io.usher.leader.LeaderTask;
import io.usher.telemetry.ReviewMetrics;
import io.usher.webhook.WebhookRegistration;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
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

  /** How often it is looked whether something keeps the process from being ready. */
  private static final long LOOK_MILLIS = 250;

  private final InetSocketAddress address;
  private final WebhookSource.Webhooks source;
  private final LeaderElection election;
  private final Readiness readiness = new Readiness();
  private final ReviewMetrics metrics = new ReviewMetrics();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(UsherController::timerThread);
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
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
    source = config.load();
    try {
      election = election(settings, config.tasks());
    } catch (RuntimeException | Error e) {
      source.close();
      throw e;
    }
    readiness.block(ELECTION, "the controller is starting");
    describe();
  }

  private LeaderElection election(Configuration settings, List<LeaderTask> tasks) {
    if (tasks.isEmpty()) {
      throw new ConfigurationException(
          "rules: %s have no handlers, so the controller has nothing to do"
              .formatted(webhooks().stream().map(WebhookRegistration::name).toList()));
    }
    try {
      return LeaderElection.open(
          settings.find(ViewSettings.KUBECONFIG).orElse(null),
          ControllerSettings.election(settings, identity()),
          tasks,
          Ticker.SYSTEM);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(ViewSettings.KUBECONFIG.name(), e);
    }
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
      health = HealthServer.start(address, readiness, metrics::scrape);
    } catch (RuntimeException e) {
      close();
      throw new StartException("listen on " + address, e);
    }
    election.start();
    timer.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    return this;
  }

  /** The webhooks whose handlers run. */
  public List<WebhookRegistration> webhooks() {
    return source.webhooks();
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
    timer.shutdownNow();
    election.close();
    source.close();
    HealthServer server = health;
    if (server != null) {
      server.close();
    }
    LOG.info("stopped");
    closed.countDown();
  }

  private void awaitClosed() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    election
        .problem()
        .ifPresentOrElse(
            problem -> readiness.block(ELECTION, problem), () -> readiness.clear(ELECTION));
  }

  private void describe() {
    metrics.gauge("usher.leader", "1 while this replica leads", () -> election.leading() ? 1 : 0);
    metrics.counter(
        "usher.leader.terms", "How often this replica has begun to lead", election::terms);
  }

  private static Thread timerThread(Runnable task) {
    var thread = new Thread(task, "readiness");
    thread.setDaemon(true);
    return thread;
  }
}
