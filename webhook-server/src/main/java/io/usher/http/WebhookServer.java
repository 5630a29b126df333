package io.usher.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.usher.engine.MemoryBudget;
import io.usher.observe.ReviewObserver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTPS server that reviews are posted to, with a plain connector beside it for probes and
 * metrics.
 *
 * <p>Its threads never wait: for a body, a rule or a slow client. So few are enough.
 */
public final class WebhookServer {

  private static final String REVIEWS = "reviews";
  private static final String HEALTH = "health";

  /**
   * Two that accept and two that select; the rest read large bodies. No more of those than cores,
   * as they would keep handshakes from the processor.
   */
  static final int MAX_THREADS = 4 + Math.max(2, Runtime.getRuntime().availableProcessors());

  private static final int MIN_THREADS = 4;

  /**
   * For answers that are on their way when the server stops. A connection that nobody has used for
   * half of it is closed at once.
   */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

  /** How often slow clients are looked for, at least. */
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

  /** Calls of all clients under way: 28 times what the default executor has a place for. */
  static final int MAX_REQUESTS = 2048;

  /** What a call takes of the heap beside its body and answer, in bytes. */
  static final int BYTES_PER_REQUEST = 6 << 10;

  /** A kubelet and a few scrapers open no more to the port of probes. */
  static final int MAX_HEALTH_CONNECTIONS = 64;

  /** Of one HTTP/2 connection. An API server that needs more opens another connection. */
  private static final int MAX_STREAMS = 32;

  /** As much as HTTP/1.1 may bring in headers. */
  private static final int MAX_HEADER_BYTES = 8 << 10;

  private final SslContextFactory.Server tls = new SslContextFactory.Server();
  private final ClientConnections reviews;
  private final ClientConnections health;
  private final SlowClients slowClients;
  private final Scrapes scrapes;
  private final Router router;
  private final HttpSettings settings;
  private final Duration pause;
  private final Javalin javalin;

  /**
   * A server that does not listen yet.
   *
   * @param context the certificate, and the CA of client certificates
   * @param verifyClients whether clients are asked for a certificate
   * @param metrics what {@code /metrics} answers
   */
  public WebhookServer(
      HttpSettings settings,
      SSLContext context,
      boolean verifyClients,
      RouteTable routes,
      MemoryBudget budget,
      ReviewObserver observer,
      Readiness readiness,
      Supplier<String> metrics) {
    this.settings = settings;
    tls.setSslContext(context);
    tls.setWantClientAuth(verifyClients);
    tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    // A client could have the server's private key used over and over on one connection.
    tls.setRenegotiationAllowed(false);
    reviews =
        new ClientConnections(
            settings.maxConnections(),
            settings.maxConnectionsPerAddress(),
            MAX_REQUESTS,
            System::nanoTime);
    health =
        new ClientConnections(
            MAX_HEALTH_CONNECTIONS, MAX_HEALTH_CONNECTIONS, MAX_REQUESTS, System::nanoTime);
    slowClients =
        new SlowClients(
            settings.headerTimeout(),
            settings.writeTimeout(),
            settings.maxUnfinishedPerPeer(),
            List.of(reviews, health));
    var quarter = settings.headerTimeout().dividedBy(4);
    pause = quarter.compareTo(LONGEST_PAUSE) < 0 ? quarter : LONGEST_PAUSE;
    scrapes = new Scrapes(slowClients, settings.writeTimeout());
    router =
        new Router(
            Map.of(REVIEWS, reviews, HEALTH, health),
            REVIEWS,
            routes,
            new Probes(readiness),
            scrapes,
            settings,
            budget,
            observer,
            slowClients);
    javalin =
        Javalin.create(
            config -> {
              configure(config);
              scrapes.addTo(config.routes, metrics);
            });
  }

  private void configure(JavalinConfig config) {
    quiet(config);
    var threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
    threads.setName("http");
    config.jetty.threadPool = threads;
    config.jetty.modifyHttpConfiguration(WebhookServer::configure);
    config.jetty.modifyServer(
        server -> {
          server.setHandler(router);
          server.setErrorHandler(new StatusErrors());
          server.setStopTimeout(LAST_ANSWERS.toMillis());
        });
    config.jetty.addConnector(this::reviews);
    config.jetty.addConnector(this::health);
  }

  static void quiet(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
  }

  static void configure(HttpConfiguration http) {
    http.setUriCompliance(UriCompliance.DEFAULT);
    http.setSendServerVersion(false);
    http.setSendDateHeader(false);
    http.setRequestHeaderSize(MAX_HEADER_BYTES);
    // Connections fill the heap, which ends with an error, and not what is beside it, which ends
    // with a kill. Only one buffer for each thread is beside it.
    http.setUseInputDirectByteBuffers(false);
    http.setUseOutputDirectByteBuffers(false);
  }

  private Connector reviews(Server server, HttpConfiguration http) {
    return Connectors.tls(
        server,
        http,
        tls,
        MAX_STREAMS,
        MAX_HEADER_BYTES,
        Connectors.jettys(),
        listening(REVIEWS, settings.reviews(), reviews));
  }

  private Connector health(Server server, HttpConfiguration http) {
    return Connectors.plain(server, http, listening(HEALTH, settings.health(), health));
  }

  private Connectors.Listening listening(
      String name, InetSocketAddress address, ClientConnections connections) {
    return new Connectors.Listening(
        name, address, connections, settings.idleTimeout(), LAST_ANSWERS.dividedBy(2));
  }

  /** Listens from now on. */
  public void start() {
    javalin.start();
    sweep();
  }

  /** The port that reviews are posted to. */
  public int reviewPort() {
    return port(REVIEWS);
  }

  /** The port of probes and metrics. */
  public int healthPort() {
    return port(HEALTH);
  }

  /** Reviews that come from now on find these paths; those that have begun go on as they are. */
  public void serve(RouteTable routes) {
    router.serve(routes);
  }

  /** New connections see this certificate; those that are open go on as they are. */
  public void reload(SSLContext context) throws Exception {
    tls.reload(factory -> factory.setSslContext(context));
  }

  /** Connections that are open. */
  public int connections() {
    return reviews.all().size() + health.all().size();
  }

  /** Connections that were closed to make room for others. */
  public long evictions() {
    return reviews.evicted() + health.evicted();
  }

  /** Requests that have not arrived whole and answers that have not left, as of the last look. */
  public int unfinished() {
    return slowClients.pending();
  }

  /** Requests and answers that were ended, as their clients were too slow. */
  public long givenUp() {
    return slowClients.ended();
  }

  /**
   * Each answer from now on asks its client to come back on another connection; clients of HTTP/2
   * are asked at once.
   */
  public void closeAfterAnswers() {
    router.closeAfterAnswers();
  }

  /** Takes no connection any more, while those that are open go on. */
  public void refuseConnections() {
    connectors().forEach(ServerConnector::close);
  }

  /** Gives what is open a moment for its last answers, and closes everything. */
  public void stop() {
    reviews.closeIdle();
    health.closeIdle();
    javalin.stop();
    scrapes.close();
  }

  private void sweep() {
    try {
      slowClients.sweep();
    } finally {
      server().getScheduler().schedule(this::sweep, pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private int port(String name) {
    return connectors()
        .filter(each -> name.equals(each.getName()))
        .mapToInt(ServerConnector::getLocalPort)
        .findFirst()
        .orElseThrow();
  }

  private Stream<ServerConnector> connectors() {
    return Stream.of(server().getConnectors()).map(ServerConnector.class::cast);
  }

  private Server server() {
    return javalin.jettyServer().server();
  }
}
