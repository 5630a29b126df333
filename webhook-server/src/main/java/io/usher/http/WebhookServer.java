package io.usher.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.usher.engine.MemoryBudget;
import io.usher.engine.ReviewExecutor;
import io.usher.observe.ReviewObserver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
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
   * Two that accept, two that select, two for probes and scrapes; the rest read large bodies. No
   * more of those than cores, as they would keep handshakes from the processor.
   */
  private static final int MAX_THREADS = 6 + Runtime.getRuntime().availableProcessors();

  private static final int MIN_THREADS = 4;

  /**
   * For answers that are on their way when the server stops. A connection that nobody has used for
   * half of it is closed at once.
   */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

  /** How often slow clients are looked for, at least. */
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

  private final SslContextFactory.Server tls = new SslContextFactory.Server();
  private final SlowClients slowClients;
  private final ReviewEndpoint endpoint;
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
      ReviewExecutor executor,
      ReviewObserver observer,
      Readiness readiness,
      Supplier<String> metrics) {
    this.settings = settings;
    tls.setSslContext(context);
    tls.setWantClientAuth(verifyClients);
    tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    slowClients = new SlowClients(settings.headerTimeout(), settings.maxUnfinishedPerPeer());
    var quarter = settings.headerTimeout().dividedBy(4);
    pause = quarter.compareTo(LONGEST_PAUSE) < 0 ? quarter : LONGEST_PAUSE;
    endpoint =
        new ReviewEndpoint(REVIEWS, routes, settings, budget, executor, observer, slowClients);
    var health = new HealthRoutes(readiness);
    javalin =
        Javalin.create(
            config -> {
              configure(config);
              health.addTo(config.routes, metrics);
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
          server.setHandler(endpoint);
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
  }

  private Connector reviews(Server server, HttpConfiguration http) {
    var alpn = new ALPNServerConnectionFactory("h2", "http/1.1");
    alpn.setDefaultProtocol("http/1.1");
    var connector =
        new ServerConnector(
            server,
            1,
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
            new FramedTls(tls, alpn.getProtocol()),
            alpn,
            new HTTP2ServerConnectionFactory(http),
            new HttpConnectionFactory(http));
    return listen(connector, REVIEWS, settings.reviews());
  }

  private Connector health(Server server, HttpConfiguration http) {
    var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    return listen(connector, HEALTH, settings.health());
  }

  private Connector listen(ServerConnector connector, String name, InetSocketAddress address) {
    connector.setName(name);
    connector.setHost(address.getHostString());
    connector.setPort(address.getPort());
    connector.setIdleTimeout(settings.idleTimeout().toMillis());
    connector.setShutdownIdleTimeout(LAST_ANSWERS.toMillis() / 2);
    connector.addBean(slowClients);
    return connector;
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
    endpoint.serve(routes);
  }

  /** New connections see this certificate; those that are open go on as they are. */
  public void reload(SSLContext context) throws Exception {
    tls.reload(factory -> factory.setSslContext(context));
  }

  /** Connections that are open. */
  public int connections() {
    return slowClients.open();
  }

  /** Requests that have begun to arrive and have not arrived whole, as of the last look. */
  public int unfinished() {
    return slowClients.underWay();
  }

  /** Requests that were ended as they arrived too slowly. */
  public long givenUp() {
    return slowClients.givenUp();
  }

  /**
   * Each answer from now on asks its client to come back on another connection; clients of HTTP/2
   * are asked at once.
   */
  public void closeAfterAnswers() {
    endpoint.stopping();
    connectors()
        .flatMap(connector -> connector.getConnectedEndPoints().stream())
        .map(EndPoint::getConnection)
        .forEach(
            connection -> {
              if (connection instanceof SslConnection ssl) {
                ReviewEndpoint.goAway(ssl.getSslEndPoint().getConnection());
              }
            });
  }

  /** Takes no connection any more, while those that are open go on. */
  public void refuseConnections() {
    connectors().forEach(ServerConnector::close);
  }

  /** Gives what is open a moment for its last answers, and closes everything. */
  public void stop() {
    javalin.stop();
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
