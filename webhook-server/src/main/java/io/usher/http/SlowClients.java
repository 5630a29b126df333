package io.usher.http;

import io.usher.http.FramedTls.FramedEndPoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.NegotiatingServerConnection;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.jspecify.annotations.Nullable;

/**
 * Ends requests that arrive too slowly, and the oldest ones of a peer that has too many under way.
 * Jetty's idle timeout does neither, as each byte starts it anew.
 *
 * <p>A look at all connections from time to time costs nothing where requests arrive whole, and a
 * client that is slow is noticed a quarter of its time late at most.
 */
final class SlowClients implements Connection.Listener {

  private final Duration headerTimeout;
  private final Duration handshakeTimeout;
  private final int maxPerPeer;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final Map<Connection, UnfinishedHeaders> headers = new HashMap<>();
  private final Set<Unfinished> bodies = ConcurrentHashMap.newKeySet();
  private final LongAdder givenUp = new LongAdder();
  private volatile int underWay;

  SlowClients(Duration headerTimeout, int maxPerPeer) {
    this.headerTimeout = headerTimeout;
    // With 5 s for headers these are the 10 s after which the API server gives up.
    this.handshakeTimeout = headerTimeout.multipliedBy(2);
    this.maxPerPeer = maxPerPeer;
  }

  @Override
  public void onOpened(Connection connection) {
    connections.add(connection);
  }

  @Override
  public void onClosed(Connection connection) {
    connections.remove(connection);
  }

  /** Watches a request whose headers have come, until {@link #finished}. */
  void unfinished(Unfinished body) {
    bodies.add(body);
  }

  void finished(Unfinished body) {
    bodies.remove(body);
  }

  /** Connections that are open now. */
  int open() {
    return connections.size();
  }

  /** Requests under way at the last look. */
  int underWay() {
    return underWay;
  }

  /** Requests that were ended. */
  long givenUp() {
    return givenUp.sum();
  }

  /** Looks at everything that is under way. Called by one thread. */
  void sweep() {
    headers.keySet().retainAll(connections);
    connections.forEach(this::lookAt);
    long now = System.nanoTime();
    Map<@Nullable InetAddress, List<Unfinished>> byPeer = new HashMap<>();
    for (var each : headers.values()) {
      if (each.confirmed()) {
        judge(each, now, byPeer);
      }
    }
    for (var each : bodies) {
      judge(each, now, byPeer);
    }
    byPeer.values().forEach(this::cap);
    underWay = byPeer.values().stream().mapToInt(List::size).sum();
  }

  private void judge(
      Unfinished each, long now, Map<@Nullable InetAddress, List<Unfinished>> byPeer) {
    if (now - each.dueNanos() >= 0) {
      end(each, "the request did not arrive in time");
    } else {
      byPeer.computeIfAbsent(address(each.peer()), peer -> new ArrayList<>()).add(each);
    }
  }

  private void cap(List<Unfinished> ofPeer) {
    if (ofPeer.size() > maxPerPeer) {
      ofPeer.sort(Comparator.comparingLong(Unfinished::dueNanos));
      for (var each : ofPeer.subList(0, ofPeer.size() - maxPerPeer)) {
        end(each, "more than " + maxPerPeer + " requests of this client are unfinished");
      }
    }
  }

  private void end(Unfinished each, String why) {
    givenUp.increment();
    each.giveUp(why);
  }

  /**
   * Notes when a handshake or headers began. The parser's fields belong to the connection's own
   * thread, so what they say may be old: nothing is made of it before two looks agree.
   */
  private void lookAt(Connection connection) {
    if (connection instanceof SslConnection ssl) {
      // What negotiates the protocol gives way to what speaks it at the end of the handshake.
      if (!(ssl.getSslEndPoint().getConnection() instanceof NegotiatingServerConnection)) {
        headers.remove(ssl);
      } else if (!headers.containsKey(ssl)) {
        headers.put(ssl, new UnfinishedHeaders(ssl, System.nanoTime(), handshakeTimeout));
      }
    } else if (connection instanceof HttpConnection http) {
      var parser = http.getParser();
      boolean inHeaders = parser.inHeaderState() && !parser.isStart();
      headersBegan(http, inHeaders ? parser.getBeginNanoTime() : 0);
    } else if (connection.getEndPoint() instanceof FramedEndPoint framed) {
      headersBegan(connection, framed.frames().unfinishedSince());
    }
  }

  private void headersBegan(Connection connection, long began) {
    var known = headers.get(connection);
    if (began == 0) {
      headers.remove(connection);
    } else if (known == null || known.beganNanos() != began) {
      headers.put(connection, new UnfinishedHeaders(connection, began, headerTimeout));
    } else {
      known.confirm();
    }
  }

  /** Null when the connection has just closed. */
  private static @Nullable InetAddress address(@Nullable SocketAddress peer) {
    return peer instanceof InetSocketAddress inet ? inet.getAddress() : null;
  }
}
