package io.usher.http;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.WritePendingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.Callback;

/** A TLS handshake, or a request's headers, under way. Used by the sweeping thread alone. */
final class PendingHeaders implements PendingTransfer {

  private final Connection connection;
  private final long began;
  private final long due;
  private boolean confirmed;

  PendingHeaders(Connection connection, long began, Duration timeout) {
    this.connection = connection;
    this.began = began;
    this.due = began + timeout.toNanos();
    this.confirmed = connection instanceof SslConnection;
  }

  /** A second look has found the same. */
  void confirm() {
    confirmed = true;
  }

  boolean confirmed() {
    return confirmed;
  }

  /** When the handshake or the headers began, on {@link System#nanoTime()}'s scale. */
  long beganNanos() {
    return began;
  }

  @Override
  public long dueNanos() {
    return due;
  }

  @Override
  public String late() {
    return "the request did not arrive in time";
  }

  @Override
  public SocketAddress peer() {
    return connection.getEndPoint().getRemoteSocketAddress();
  }

  @Override
  public void abort(String reason) {
    var endPoint = connection.getEndPoint();
    if (!Http1Headers.isHttp1(connection)) {
      endPoint.close();
      return;
    }
    try {
      endPoint.write(Callback.from(endPoint::close, endPoint::close), answer(reason));
    } catch (WritePendingException e) {
      endPoint.close(e);
    }
  }

  /** Written past Jetty's generator, which can't answer a request that it has not read. */
  private static ByteBuffer answer(String reason) {
    byte[] body = Refusal.timeout(reason).body();
    String head =
        "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\nConnection: close\r\n"
            + "Content-Length: "
            + body.length
            + "\r\n\r\n";
    var answer = ByteBuffer.allocate(head.length() + body.length);
    return answer.put(head.getBytes(StandardCharsets.US_ASCII)).put(body).flip();
  }
}
