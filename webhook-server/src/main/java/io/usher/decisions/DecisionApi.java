package io.usher.decisions;

import io.usher.aggregated.AggregatedApiServer;
import io.usher.certs.PeerFiles;
import io.usher.client.ClusterClient;
import io.usher.config.Configuration;
import io.usher.decisions.Peers.Peer;
import io.usher.http.ApiLimits;
import io.usher.observe.ReviewObserver;
import io.usher.telemetry.Observers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code Decision} and {@code Rule} behind kube-apiserver, on a port and on threads of its
 * own. Reviews go on whatever becomes of it: it begins when kube-apiserver can be reached, and
 * tries again until then.
 */
public final class DecisionApi implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DecisionApi.class);

  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration BEAT = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** What another replica's decisions may take, though it may be told to keep more. */
  private static final long LEAST_ANSWER_BYTES = 8L << 20;

  private final Configuration settings;
  private final Path certificate;
  private final Path key;
  private final @Nullable Path kubeconfig;
  private final Clock clock;
  private final String name;
  private final DecisionLog decisions;
  private final RuleOutcomes outcomes = new RuleOutcomes();
  private final VersionClock versions;
  private final ScheduledExecutorService timer;
  private volatile @Nullable Running running;
  private boolean closed;

  /**
   * Records from now on, and serves once it is started.
   *
   * @param certificate of the server, by which the replicas prove themselves, too
   * @param key its private key
   * @param kubeconfig null for the Pod's ServiceAccount
   */
  public DecisionApi(
      Configuration settings, Path certificate, Path key, @Nullable Path kubeconfig, Clock clock) {
    this.settings = settings;
    this.certificate = certificate;
    this.key = key;
    this.kubeconfig = kubeconfig;
    this.clock = clock;
    name = settings.find(DecisionSettings.API_REPLICA).orElseGet(DecisionApi::hostName);
    versions = new VersionClock(clock);
    decisions =
        new DecisionLog(
            name,
            versions,
            clock,
            settings.get(DecisionSettings.API_DECISIONS),
            settings.get(DecisionSettings.API_DECISION_BYTES));
    var scheduled =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              var thread = new Thread(task, "decisions");
              thread.setDaemon(true);
              return thread;
            });
    scheduled.setRemoveOnCancelPolicy(true);
    timer = scheduled;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /** What is to be told of reviews. */
  public ReviewObserver observer() {
    return new Observers(decisions, outcomes);
  }

  /** How many reviews' objects a rule changed. */
  public long changes(String webhook, String rule) {
    return outcomes.changes(webhook, rule);
  }

  /** How many reviews a rule denied. */
  public long denials(String webhook, String rule) {
    return outcomes.denials(webhook, rule);
  }

  /**
   * Begins to serve as soon as it can.
   *
   * @param rules tells of the rules that are served at a moment
   */
  public void start(Supplier<List<RuleReport>> rules) {
    timer.execute(() -> attempt(rules));
  }

  /** The port that it listens on, empty until it does. */
  public Optional<Integer> port() {
    Running now = running;
    return now == null ? Optional.empty() : Optional.of(now.server().port());
  }

  private synchronized void attempt(Supplier<List<RuleReport>> rules) {
    if (closed) {
      return;
    }
    try {
      running = run(rules);
      LOG.info("decisions and rules are served on port {}", port().orElseThrow());
    } catch (Exception e) {
      LOG.warn("decisions and rules can't be served yet: {}", e.toString());
      timer.schedule(() -> attempt(rules), RETRY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** What there is while it serves. */
  private record Running(
      AggregatedApiServer server, PeerClient client, List<AutoCloseable> discovery) {}

  private Running run(Supplier<List<RuleReport>> rules)
      throws GeneralSecurityException, IOException {
    var files =
        new PeerFiles(
            certificate,
            key,
            settings
                .find(DecisionSettings.API_CA)
                .orElseGet(() -> certificate.resolveSibling("ca.crt")),
            clock);
    var discovery = new ArrayList<AutoCloseable>();
    var client =
        new PeerClient(
            files,
            Math.max(LEAST_ANSWER_BYTES, 2L * settings.get(DecisionSettings.API_DECISION_BYTES)));
    try {
      Supplier<Collection<Peer>> peers = peers(discovery);
      var replica = new Replica(name, versions, decisions, rules);
      var streams = new PeerStreams();
      var gatherer = new Gatherer(replica, peers, client);
      var source = new DecisionSource(replica, peers, client, gatherer);
      var handler = new PeerHandler(replica, files, streams);
      AggregatedApiServer server =
          AggregatedApiServer.start(
              config -> {
                config
                    .address(new InetSocketAddress(settings.get(DecisionSettings.API_PORT)))
                    .certificate(certificate, key)
                    .limits(ApiLimits.SMALL)
                    .readOnly()
                    .authenticator(handler::authenticate)
                    .authorizer(handler::authorize)
                    .library(
                        library ->
                            library
                                .resource(DecisionTypes.decisions(clock), source)
                                .resource(
                                    DecisionTypes.rules(), new RuleSource(replica, gatherer, timer))
                                .path(registry -> handler));
                if (kubeconfig != null) {
                  config.kubeconfig(kubeconfig);
                }
              },
              reason -> LOG.error("decisions and rules: {}", reason));
      repeat("tell watchers", TICK, decisions::tell);
      repeat("tell peers", BEAT, streams::beat);
      repeat("look at peers", LOOK, source::look);
      repeat("look at the certificate", LOOK, client::look);
      return new Running(server, client, List.copyOf(discovery));
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      client.close();
      close(discovery);
      throw e;
    }
  }

  private Supplier<Collection<Peer>> peers(List<AutoCloseable> discovery) {
    Optional<String> service = settings.find(DecisionSettings.API_SERVICE);
    if (service.isEmpty()) {
      return List::of;
    }
    String[] parts = service.get().split("/");
    var cluster = ClusterClient.open(kubeconfig, TIMEOUT);
    discovery.add(cluster);
    var peers = new Peers(cluster, parts[0], parts[1], name);
    discovery.add(0, peers);
    return peers::now;
  }

  private void repeat(String what, Duration period, Runnable task) {
    timer.scheduleWithFixedDelay(
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            LOG.warn("{}", what, e);
          }
        },
        period.toMillis(),
        period.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private static void close(List<AutoCloseable> all) {
    for (AutoCloseable each : all) {
      try {
        each.close();
      } catch (Exception e) {
        LOG.warn("look for replicas no longer", e);
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    synchronized (this) {
      closed = true;
      Running now = running;
      if (now != null) {
        now.server().close();
        now.client().close();
        close(now.discovery());
      }
    }
  }
}
