package io.usher.http;

import io.usher.http.FramedTls.FramedEndPoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.NegotiatingServerConnection;
import org.jspecify.annotations.Nullable;

/**
 * Ends requests that arrive too slowly, answers that are not read, and the oldest of both of a peer
 * that has too many. Jetty's idle timeout does neither, as each byte starts it anew.
 *
 * <p>A look at all connections from time to time costs nothing where requests arrive whole, and a
 * client that is slow is noticed a quarter of its time late at most.
 */
final class SlowClients {

  private final Duration headerTimeout;
  private final Duration handshakeTimeout;
  private final Duration patience;
  private final int maxPerPeer;
  private final List<ClientConnections> ports;
  private final Map<Connection, PendingHeaders> headers = new HashMap<>();
  private final Set<PendingTransfer> transfers = ConcurrentHashMap.newKeySet();
  private final LongAdder ended = new LongAdder();
  private volatile int pending;

  SlowClients(
      Duration headerTimeout,
      Duration writeTimeout,
      int maxPerPeer,
      List<ClientConnections> ports) {
    this.headerTimeout = headerTimeout;
    // With 5 s for headers these are the 10 s after which the API server gives up.
    this.handshakeTimeout = headerTimeout.multipliedBy(2);
    // An answer ends first: this is for what nobody waits for, as acknowledgements are.
    this.patience = writeTimeout.multipliedBy(2);
    this.maxPerPeer = maxPerPeer;
    this.ports = List.copyOf(ports);
  }

  /** Watches a body that arrives, or an answer that leaves, until {@link #finished}. */
  void watch(PendingTransfer transfer) {
    transfers.add(transfer);
  }

  void finished(PendingTransfer transfer) {
    transfers.remove(transfer);
  }

  /** Requests and answers under way at the last look. */
  int pending() {
    return pending;
  }

  /** Requests and answers that were ended. */
  long ended() {
    return ended.sum();
  }

  /** Looks at everything that is under way. Called by one thread. */
  void sweep() {
    long now = System.nanoTime();
    var seen = new HashSet<Connection>();
    for (var port : ports) {
      for (var connection : port.all()) {
        if (connection.takesNothing(now, patience)) {
          ended.increment();
          connection.close();
        } else {
          lookAt(connection.protocol(), connection.transport(), seen);
        }
      }
    }
    headers.keySet().retainAll(seen);
    Map<@Nullable InetAddress, List<PendingTransfer>> byPeer = new HashMap<>();
    for (var each : headers.values()) {
      if (each.confirmed()) {
        judge(each, now, byPeer);
      }
    }
    for (var each : transfers) {
      judge(each, now, byPeer);
    }
    byPeer.values().forEach(this::cap);
    pending = byPeer.values().stream().mapToInt(List::size).sum();
  }

  private void judge(
      PendingTransfer each, long now, Map<@Nullable InetAddress, List<PendingTransfer>> byPeer) {
    if (now - each.dueNanos() >= 0) {
      end(each, each.late());
    } else {
      byPeer.computeIfAbsent(address(each.peer()), peer -> new ArrayList<>()).add(each);
    }
  }

  private void cap(List<PendingTransfer> ofPeer) {
    if (ofPeer.size() > maxPerPeer) {
      ofPeer.sort(Comparator.comparingLong(PendingTransfer::dueNanos));
      for (var each : ofPeer.subList(0, ofPeer.size() - maxPerPeer)) {
        end(
            each,
            "more than "
                + maxPerPeer
                + " requests and answers of this client are under way (max-unfinished)");
      }
    }
  }

  private void end(PendingTransfer each, String reason) {
    ended.increment();
    each.abort(reason);
  }

  /** Notes when a handshake or headers began. Nothing is made of headers before two looks agree. */
  private void lookAt(@Nullable Connection protocol, Connection transport, Set<Connection> seen) {
    if (protocol == null || protocol instanceof NegotiatingServerConnection) {
      // It gives way to what speaks the protocol at the end of the handshake.
      seen.add(transport);
      headers.computeIfAbsent(
          transport, tls -> new PendingHeaders(tls, System.nanoTime(), handshakeTimeout));
    } else if (Http1Headers.isHttp1(protocol)) {
      headersBegan(protocol, Http1Headers.unfinishedSince(protocol), seen);
    } else if (protocol.getEndPoint() instanceof FramedEndPoint framed) {
      headersBegan(protocol, framed.frames().unfinishedSince(), seen);
    }
  }

  private void headersBegan(Connection connection, long began, Set<Connection> seen) {
    if (began == 0) {
      return;
    }
    seen.add(connection);
    var known = headers.get(connection);
    if (known == null || known.beganNanos() != began) {
      headers.put(connection, new PendingHeaders(connection, began, headerTimeout));
    } else {
      known.confirm();
    }
  }

  /** Null when the connection has just closed. */
  private static @Nullable InetAddress address(@Nullable SocketAddress peer) {
    return peer instanceof InetSocketAddress inet ? inet.getAddress() : null;
  }
}
