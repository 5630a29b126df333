package io.usher.http;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection.SslEndPoint;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of one port. When there are too many, of one address or of all, the one that
 * is of least use makes room for the new one: those that never brought a review go first, of these
 * one of the address that has most; then the one that idled longest. One with a request under way
 * stays. When all have one, the new one goes.
 *
 * <p>A request beyond the most that may be under way ends the busiest connection of the address
 * that has most under way.
 */
final class ClientConnections implements Connection.Listener {

  private final int max;
  private final int maxPerAddress;
  private final int maxRequests;
  private final LongSupplier nanoTime;
  private final Map<EndPoint, ClientConnection> open = new ConcurrentHashMap<>();
  private final Map<@Nullable InetAddress, Integer> byAddress = new HashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final LongAdder evicted = new LongAdder();

  /**
   * No connections.
   *
   * @param max of all clients
   * @param maxPerAddress of the clients at one address
   * @param maxRequests of all clients that may be under way
   * @param nanoTime a clock like {@link System#nanoTime()}
   */
  ClientConnections(int max, int maxPerAddress, int maxRequests, LongSupplier nanoTime) {
    this.max = max;
    this.maxPerAddress = maxPerAddress;
    this.maxRequests = maxRequests;
    this.nanoTime = nanoTime;
  }

  @Override
  public void onOpened(Connection connection) {
    // What speaks through TLS is no connection of its own.
    if (!(connection.getEndPoint() instanceof SslEndPoint)) {
      var opened = new ClientConnection(connection, nanoTime.getAsLong());
      var victim = add(connection.getEndPoint(), opened);
      if (victim != null) {
        evict(victim);
      }
    }
  }

  @Override
  public void onClosed(Connection connection) {
    var closed = open.remove(connection.getEndPoint());
    if (closed != null) {
      synchronized (byAddress) {
        byAddress.computeIfPresent(
            closed.address(), (address, count) -> count == 1 ? null : count - 1);
      }
    }
  }

  /** Those that are open now. */
  Collection<ClientConnection> all() {
    return open.values();
  }

  /** Closes those that have no request under way. */
  void closeIdle() {
    open.values().stream().filter(each -> each.requests() == 0).forEach(ClientConnection::close);
  }

  /** How many were closed to make room. */
  long evicted() {
    return evicted.sum();
  }

  /** A request has begun on what this is an end of; {@link #requestEnded} must follow. */
  ClientConnection requestBegan(EndPoint endPoint) {
    var transport = endPoint instanceof SslEndPoint tls ? tls.unwrap() : endPoint;
    var connection = open.get(transport);
    if (connection == null) {
      // It has just closed. Whoever reads or writes learns that.
      connection = new ClientConnection(transport.getConnection(), nanoTime.getAsLong());
    }
    connection.requestBegan();
    if (requests.incrementAndGet() > maxRequests) {
      busiest().ifPresent(this::evict);
    }
    return connection;
  }

  void requestEnded(ClientConnection connection) {
    connection.requestEnded(nanoTime.getAsLong());
    requests.decrementAndGet();
  }

  private void evict(ClientConnection connection) {
    evicted.increment();
    connection.close();
  }

  /** Counts a new connection in, and says which one it must replace; null for none. */
  private @Nullable ClientConnection add(EndPoint endPoint, ClientConnection opened) {
    synchronized (byAddress) {
      int ofAddress = byAddress.merge(opened.address(), 1, Integer::sum);
      open.put(endPoint, opened);
      if (ofAddress <= maxPerAddress && open.size() <= max) {
        return null;
      }
      var candidates = open.values().stream().filter(each -> each != opened);
      if (ofAddress > maxPerAddress) {
        candidates = candidates.filter(each -> Objects.equals(each.address(), opened.address()));
      }
      return candidates
          .filter(each -> each.requests() == 0)
          .min(
              Comparator.comparing(ClientConnection::useful)
                  .thenComparing(
                      each -> each.useful() ? 0 : -byAddress.getOrDefault(each.address(), 0))
                  .thenComparing(ClientConnection::idleSince, (a, b) -> Long.signum(a - b)))
          .orElse(opened);
    }
  }

  /** Of the address that has most requests under way, the connection that has most. */
  private Optional<ClientConnection> busiest() {
    var sums =
        open.values().stream()
            .collect(
                Collectors.groupingBy(
                    each -> String.valueOf(each.address()),
                    Collectors.summingInt(ClientConnection::requests)));
    return open.values().stream()
        .max(
            Comparator.<ClientConnection>comparingInt(
                    each -> sums.getOrDefault(String.valueOf(each.address()), 0))
                .thenComparing(ClientConnection::requests));
  }
}
