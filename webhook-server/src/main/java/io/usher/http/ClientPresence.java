package io.usher.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Notices that a client of HTTP/1.1 goes while its answer goes on, as nobody else reads the
 * connection then. Without it, what is sent to clients that have gone is in the way of what is sent
 * to the others.
 */
final class ClientPresence implements Callback {

  private final Exchange exchange;
  private final AbstractEndPoint endPoint;
  private final Runnable gone;

  /** Guarded by this object: behind the end, what comes is the next request. */
  private boolean over;

  private ClientPresence(Exchange exchange, AbstractEndPoint endPoint, Runnable gone) {
    this.exchange = exchange;
    this.endPoint = endPoint;
    this.gone = gone;
  }

  /**
   * Begins to look.
   *
   * @param gone runs when the client has gone, at most once, on any thread; not called for after
   *     {@link #end}
   * @return what ends it, before the end of the answer is sent
   */
  static ClientPresence watch(Exchange exchange, Runnable gone) {
    var presence = new ClientPresence(exchange, (AbstractEndPoint) endPoint(exchange), gone);
    synchronized (presence) {
      // Over HTTP/2 the connection is read in any case.
      if (isHttp2(exchange) || !presence.endPoint.tryFillInterested(presence)) {
        presence.over = true;
      }
    }
    return presence;
  }

  /**
   * Whether a client of HTTP/1.1 has closed its side. What it sends behind its request is no
   * protocol that goes with an answer that goes on, so its end is what a read finds.
   */
  static boolean isGone(Exchange exchange) {
    if (isHttp2(exchange)) {
      return false;
    }
    ByteBuffer buffer = BufferUtil.allocate(1);
    try {
      return endPoint(exchange).fill(buffer) != 0;
    } catch (IOException e) {
      return true;
    }
  }

  private static boolean isHttp2(Exchange exchange) {
    return exchange.request().getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2;
  }

  private static EndPoint endPoint(Exchange exchange) {
    return exchange.request().getConnectionMetaData().getConnection().getEndPoint();
  }

  void end() {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
    }
    endPoint.getFillInterest().onFail(new IOException("the answer ends"));
  }

  /** Something came, if only a part of a TLS record. */
  @Override
  public void succeeded() {
    synchronized (this) {
      if (over) {
        return;
      }
      if (!isGone(exchange)) {
        endPoint.tryFillInterested(this);
        return;
      }
      over = true;
    }
    gone.run();
  }

  /**
   * The connection is closed, perhaps by a write that has just found the client gone: whoever ends
   * the answer waits for the end of that write, and must not do so on its thread.
   */
  @Override
  public void failed(Throwable failure) {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
    }
    exchange.request().getComponents().getExecutor().execute(gone);
  }
}
