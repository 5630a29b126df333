package io.usher.http;

import io.usher.engine.MemoryBudget;
import io.usher.observe.ReviewObserver;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Takes every call of both ports and finds who answers it: a probe, a {@link Route}, or for {@code
 * /metrics} the servlet that this wraps.
 */
final class Router extends Handler.Wrapper {

  private final Map<String, ClientConnections> ports;
  private final String reviews;
  private final @Nullable Probes probes;
  private final @Nullable Scrapes scrapes;
  private final MemoryBudget budget;
  private final ReviewObserver observer;
  private final SlowClients slowClients;
  private final Duration writeTimeout;
  private final long mostDrained;
  private volatile RouteTable routes;
  private volatile boolean closing;

  /**
   * A router.
   *
   * @param ports the connections of each, by its connector's name
   * @param reviews the name of the port that routes are at
   * @param probes answers probes; null where that is a route's
   * @param scrapes answers {@code /metrics} on the other port; null where there is none
   */
  Router(
      Map<String, ClientConnections> ports,
      String reviews,
      RouteTable routes,
      @Nullable Probes probes,
      @Nullable Scrapes scrapes,
      HttpSettings settings,
      MemoryBudget budget,
      ReviewObserver observer,
      SlowClients slowClients) {
    this.ports = Map.copyOf(ports);
    this.reviews = reviews;
    this.routes = routes;
    this.probes = probes;
    this.scrapes = scrapes;
    this.budget = budget;
    this.observer = observer;
    this.slowClients = slowClients;
    this.writeTimeout = settings.writeTimeout();
    // Some clients look for an answer only when they have sent all.
    this.mostDrained = 4L * settings.maxBodyBytes();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String port = request.getConnectionMetaData().getConnector().getName();
    var exchange =
        new Exchange(this, Objects.requireNonNull(ports.get(port)), request, response, callback);
    try {
      route(exchange, port.equals(reviews));
    } catch (RuntimeException | Error e) {
      exchange.callback().failed(e);
      throw e;
    }
    return true;
  }

  /**
   * Nothing here waits, so the thread that found a request on the wire also reads it: handing it on
   * would cost more than that.
   */
  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  private void route(Exchange exchange, boolean ofReviews) {
    String path = exchange.path();
    if (probes != null && Probes.isProbe(path)) {
      probe(probes, exchange, path);
      return;
    }
    if (scrapes != null && !ofReviews && path.equals(Scrapes.PATH)) {
      scrapes.answer(exchange, getHandler());
      return;
    }
    var table = routes;
    var route = ofReviews ? table.find(path) : null;
    if (route == null) {
      exchange.refuse(Refusal.notFound(path));
      return;
    }
    var check = route.callers().check(exchange);
    if (check instanceof Refusal refusal) {
      refuse(route, exchange, refusal);
      return;
    }
    exchange.servedTo(((CallerCheck.Known) check).caller());
    var verdict = route.accept(exchange);
    if (verdict instanceof Refusal refusal) {
      refuse(route, exchange, refusal);
    } else if (verdict instanceof Verdict.Unread unread) {
      exchange.bodyUnread();
      unread.service().accept(exchange);
    } else if (table.enter()) {
      var accepted = (Verdict.Accepted) verdict;
      var body =
          new BodyBuffer(budget, exchange.contentLength(), accepted.maxBodyBytes(), table::leave);
      new BodyReader(this, route, exchange, accepted, body).read();
    } else {
      // The table has just been replaced.
      route(exchange, ofReviews);
    }
  }

  /** Replaces all routes. */
  void serve(RouteTable next) {
    var before = routes;
    routes = next;
    before.leave();
  }

  private static void probe(Probes probes, Exchange exchange, String path) {
    if (Probes.METHODS.contains(exchange.method())) {
      var answer = probes.answer(path);
      exchange.answer(answer.status(), answer.contentType(), 0, answer.body());
    } else {
      exchange.refuse(Probes.refusal(exchange.method(), path));
    }
  }

  /** Answers a call that its route does not serve. */
  void refuse(Route route, Exchange exchange, Refusal refusal) {
    route.refused(refusal.status());
    exchange.refuse(refusal);
  }

  void outOfMemory(OutOfMemoryError error) {
    observer.fatal("out of memory", error);
  }

  /**
   * From now on each answer asks its client to open another connection, elsewhere; clients of
   * HTTP/2 are asked at once.
   */
  void closeAfterAnswers() {
    closing = true;
    Stream.of(getServer().getConnectors())
        .flatMap(connector -> connector.getConnectedEndPoints().stream())
        .map(EndPoint::getConnection)
        .forEach(
            connection -> {
              if (connection instanceof SslConnection ssl) {
                goAway(ssl.getSslEndPoint().getConnection());
              }
            });
  }

  boolean closesAfterAnswers() {
    return closing;
  }

  /** Tells an HTTP/2 client that what it has asked is answered, and nothing more (GOAWAY). */
  static void goAway(Connection connection) {
    if (connection instanceof HTTP2Connection http2) {
      http2.getSession().shutdown();
    }
  }

  SlowClients slowClients() {
    return slowClients;
  }

  MemoryBudget budget() {
    return budget;
  }

  Duration writeTimeout() {
    return writeTimeout;
  }

  long mostDrained() {
    return mostDrained;
  }
}
