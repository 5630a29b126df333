package io.usher.http;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** Reads the body of a call that its route has accepted. Holds no thread while it waits. */
final class BodyReader implements PendingTransfer {

  private final Router router;
  private final Route route;
  private final Exchange exchange;
  private final Request request;
  private final Verdict.Accepted accepted;
  private final BodyBuffer body;
  private final AtomicBoolean arrived = new AtomicBoolean();
  private boolean waited;

  BodyReader(
      Router router, Route route, Exchange exchange, Verdict.Accepted accepted, BodyBuffer body) {
    this.router = router;
    this.route = route;
    this.exchange = exchange;
    this.request = exchange.request();
    this.accepted = accepted;
    this.body = body;
  }

  /** Reads what has come, and goes on when more has. */
  void read() {
    try {
      readWhatHasCome();
    } catch (OutOfMemoryError e) {
      router.outOfMemory(e);
      refuse(Refusal.failed("out of memory"));
    } catch (RuntimeException e) {
      // Of the route: nobody else answers the call.
      exchange.callback().failed(e);
      throw e;
    }
  }

  private void readWhatHasCome() {
    while (true) {
      var chunk = request.read();
      if (chunk == null) {
        if (!waited) {
          waited = true;
          router.slowClients().watch(this);
        }
        request.demand(this::read);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        refuse(
            Refusal.badRequest("the body ended after " + body.size() + " bytes, before its end"));
        return;
      }
      var refusal = body.add(chunk.getByteBuffer());
      boolean last = chunk.isLast();
      chunk.release();
      if (refusal == null && last) {
        refusal = body.complete();
      }
      if (refusal != null) {
        refuse(refusal);
        return;
      }
      if (last) {
        if (arrived()) {
          accepted.service().serve(new RequestBody(body.bytes(), body.lease()), exchange);
        }
        return;
      }
    }
  }

  private void refuse(Refusal refusal) {
    if (arrived()) {
      body.release();
      router.refuse(route, exchange, refusal);
    }
  }

  /** Whether the caller is the one who ends the arrival of the body. */
  private boolean arrived() {
    if (!arrived.compareAndSet(false, true)) {
      return false;
    }
    if (waited) {
      router.slowClients().finished(this);
    }
    return true;
  }

  @Override
  public long dueNanos() {
    return accepted.dueNanos();
  }

  @Override
  public String late() {
    return "the request did not arrive in time";
  }

  @Override
  public SocketAddress peer() {
    return request.getConnectionMetaData().getRemoteSocketAddress();
  }

  @Override
  public void abort(String reason) {
    if (arrived()) {
      body.release();
      var refusal = Refusal.timeout(reason);
      route.refused(refusal.status());
      exchange.cutOff(refusal, new IOException(reason));
    }
  }
}
