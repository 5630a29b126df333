package io.usher.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.jspecify.annotations.Nullable;

/** An open connection of a client, and what it has brought. Thread-safe. */
final class ClientConnection {

  private final Connection connection;
  private final @Nullable InetAddress address;
  private final AtomicInteger requests = new AtomicInteger();
  private volatile boolean useful;
  private volatile boolean patient;
  private volatile long idleSince;

  /** Of the one thread that looks for clients that take nothing. */
  private long takenBefore;

  private long lastTaken;

  ClientConnection(Connection connection, long now) {
    this.connection = connection;
    // Null when it has closed since it was accepted.
    this.address =
        connection.getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress inet
            ? inet.getAddress()
            : null;
    this.idleSince = now;
    this.lastTaken = now;
  }

  /** Who is at its other end. */
  @Nullable InetAddress address() {
    return address;
  }

  /** What Jetty has accepted: TLS where the port speaks it. */
  Connection transport() {
    return connection;
  }

  /** What speaks HTTP on it; during a handshake, what waits for its end, or null. */
  @Nullable Connection protocol() {
    return connection instanceof SslConnection tls
        ? tls.getSslEndPoint().getConnection()
        : connection;
  }

  /** Requests that have begun on it and are not answered whole. */
  int requests() {
    return requests.get();
  }

  void requestBegan() {
    requests.incrementAndGet();
  }

  void requestEnded(long now) {
    // First, as it may be looked at as soon as it has no request.
    idleSince = now;
    requests.decrementAndGet();
  }

  /** A route has answered a call of it with 200. */
  void callAnswered() {
    useful = true;
  }

  /** What it brings comes from elsewhere, at the client's pace: only its idle timeout ends it. */
  void takesItsTime() {
    patient = true;
  }

  boolean useful() {
    return useful;
  }

  /** When its last request ended, or when it was opened. */
  long idleSince() {
    return idleSince;
  }

  /**
   * Whether bytes wait for the client, which has taken none for so long. Called by one thread, from
   * time to time.
   */
  boolean takesNothing(long now, Duration patience) {
    boolean blocked =
        connection.getEndPoint() instanceof AbstractEndPoint endPoint
            && endPoint.getWriteFlusher().isPending();
    long taken = connection.getBytesOut();
    if (!blocked || taken != takenBefore) {
      takenBefore = taken;
      lastTaken = now;
    }
    return !patient && now - lastTaken >= patience.toNanos();
  }

  /** Closes it at once. */
  void close() {
    connection.getEndPoint().close();
  }
}
