package io.usher.http;

import io.usher.apiserver.ApiServer;
import io.usher.engine.MemoryBudget;
import io.usher.observe.ReviewObserver;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An API server behind HTTPS: the limits, deadlines and connection rules of the webhook server with
 * numbers of its own. Requests run on threads apart from those of the network, as they may wait for
 * webhooks and disks; a watch holds none.
 */
public final class ApiHttpServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ApiHttpServer.class);

  private static final String API = "api";

  /** Two that accept and two that select; the rest read bodies. */
  private static final int NETWORK_THREADS =
      4 + Math.max(2, Runtime.getRuntime().availableProcessors());

  /** Requests that wait for a thread; above it clients are asked to come again. */
  private static final int MAX_WAITING = 4096;

  /** As kube-apiserver: an informer opens a watch for each kind. */
  private static final int MAX_STREAMS = 250;

  /** Who may do what is decided by the decoded path: what is ambiguous to others is a name here. */
  private static final UriCompliance ANY_PATH =
      UriCompliance.from(
          EnumSet.of(
              UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT,
              UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
              UriCompliance.Violation.AMBIGUOUS_PATH_SEGMENT,
              UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR));

  /** Bearer tokens, and selectors in URLs. */
  private static final int MAX_HEADER_BYTES = 64 << 10;

  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final ApiServer api;
  private final Server server;
  private final SlowClients slowClients;
  private final ThreadPoolExecutor requests;
  private final ApiRoute route;
  private final Router router;
  private final Upstreams upstreams = new Upstreams();
  private final SslContextFactory.Server tls = new SslContextFactory.Server();

  /** Of the last start; a connector that is stopped does not tell. */
  private volatile int port;

  /** Holds the port while connections are refused: else somebody's connection could take it. */
  private @Nullable Socket reservation;

  /**
   * A server that does not listen yet.
   *
   * @param address port 0 for any
   * @param context the certificate, and the CA of client certificates
   * @param verifyClients whether clients are asked for a certificate
   * @param settings what it bears from a client; their addresses and margins are not used
   * @param limits what it bears from all of them
   * @param fatal is told when the process can't go on, and why
   */
  public ApiHttpServer(
      ApiServer api,
      InetSocketAddress address,
      SSLContext context,
      boolean verifyClients,
      HttpSettings settings,
      ApiLimits limits,
      Consumer<String> fatal) {
    this.api = api;
    tls.setSslContext(context);
    tls.setWantClientAuth(verifyClients);
    tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    tls.setRenegotiationAllowed(false);
    var connections =
        new ClientConnections(
            limits.connections(), limits.connections(), limits.requests(), System::nanoTime);
    slowClients =
        new SlowClients(
            settings.headerTimeout(),
            settings.writeTimeout(),
            settings.maxUnfinishedPerPeer(),
            List.of(connections));
    var names = new AtomicInteger();
    requests =
        new ThreadPoolExecutor(
            limits.threads(),
            limits.threads(),
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            task -> {
              var thread = new Thread(task, "api-" + names.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    requests.allowCoreThreadTimeOut(true);
    var threads = new QueuedThreadPool(NETWORK_THREADS, 4);
    threads.setName("api-http");
    threads.setDaemon(true);
    server = new Server(threads);
    server.setErrorHandler(new StatusErrors());
    server.setStopTimeout(LAST_ANSWERS.toMillis());
    ServerWebSocketContainer.ensure(server).setIdleTimeout(Duration.ZERO);
    route = new ApiRoute(api, requests, upstreams, fatal);
    router =
        new Router(
            Map.of(API, connections),
            API,
            new RouteTable(List.of(route), () -> {}),
            null,
            null,
            settings,
            new MemoryBudget(limits.bytes()),
            new ReviewObserver.Some() {
              @Override
              public void fatal(String what, @Nullable Throwable cause) {
                fatal.accept(what);
              }
            },
            slowClients);
    server.setHandler(router);
    var http = new HttpConfiguration();
    WebhookServer.configure(http);
    http.setUriCompliance(ANY_PATH);
    http.setRequestHeaderSize(MAX_HEADER_BYTES);
    server.addConnector(
        Connectors.tls(
            server,
            http,
            tls,
            MAX_STREAMS,
            MAX_HEADER_BYTES,
            new BufferPool(Connectors.MAX_IDLE_BUFFERS),
            new Connectors.Listening(
                API, address, connections, settings.idleTimeout(), LAST_ANSWERS.dividedBy(2))));
  }

  /**
   * Listens from now on.
   *
   * @throws Exception when the address can't be listened on
   */
  public void start() throws Exception {
    server.start();
    port = connector().getLocalPort();
    sweep();
  }

  private void sweep() {
    try {
      slowClients.sweep();
    } finally {
      server.getScheduler().schedule(this::sweep, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Shows another certificate from the next connection on.
   *
   * @throws Exception when Jetty can't take it
   */
  public void reload(SSLContext context) throws Exception {
    tls.reload(factory -> factory.setSslContext(context));
  }

  /** The port that it listens on, also while it refuses connections. */
  public int port() {
    return port;
  }

  private ServerConnector connector() {
    return (ServerConnector) server.getConnectors()[0];
  }

  /** Closes its port and every connection, until {@link #acceptConnections}. */
  public synchronized void refuseConnections() {
    ServerConnector connector = connector();
    connector.setPort(port);
    try {
      connector.stop();
      if (reservation == null) {
        reservation = reserved(new InetSocketAddress(connector.getHost(), port));
      }
    } catch (Exception e) {
      throw new IllegalStateException("refuse connections", e);
    }
  }

  /**
   * Holds the port; null where another connection was faster, which may have ended when it counts.
   */
  private static @Nullable Socket reserved(InetSocketAddress address) throws IOException {
    var socket = new Socket();
    socket.setReuseAddress(true);
    try {
      socket.bind(address);
      return socket;
    } catch (BindException e) {
      socket.close();
      return null;
    }
  }

  /** Listens on the same port as before {@link #refuseConnections}. */
  public synchronized void acceptConnections() {
    try {
      releasePort();
      connector().start();
    } catch (Exception e) {
      throw new IllegalStateException("accept connections again", e);
    }
  }

  private synchronized void releasePort() throws IOException {
    if (reservation != null) {
      reservation.close();
      reservation = null;
    }
  }

  /**
   * Each answer from now on asks its client to come back on another connection, where another
   * server may be; clients of HTTP/2 are asked at once. Watches go on.
   */
  public void closeAfterAnswers() {
    router.closeAfterAnswers();
  }

  /**
   * Takes no request any more, ends the watches, gives what is open a moment for its last answers,
   * and closes everything. So no client begins a watch that would be cut off: it comes back and
   * goes on where it was.
   */
  @Override
  public void close() {
    route.stop();
    awaitEnd(api.watches().endAll());
    try {
      releasePort();
      server.stop();
    } catch (TimeoutException e) {
      LOG.info("some requests are not answered yet, and will not be");
    } catch (Exception e) {
      throw new IllegalStateException("stop the API's HTTP server", e);
    } finally {
      upstreams.close();
      requests.shutdownNow();
    }
  }

  private static void awaitEnd(CompletableFuture<Void> watches) {
    try {
      watches.get(LAST_ANSWERS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.info("some clients have not read to the end of their watches, which are cut off");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
