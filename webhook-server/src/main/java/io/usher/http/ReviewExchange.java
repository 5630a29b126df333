package io.usher.http;

import io.usher.engine.Deadline;
import io.usher.engine.Review;
import io.usher.engine.ReviewAnswer;
import io.usher.observe.Caller;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * One review call, from its headers to its answer. Holds no thread while it waits: for the body,
 * for the executor, for the client to take the answer.
 */
final class ReviewExchange implements Unfinished {

  private final ReviewEndpoint endpoint;
  private final ReviewRoute route;
  private final Request request;
  private final Response response;
  private final Callback callback;
  private final Deadline deadline;
  private final BodyBuffer body;
  private final AtomicBoolean arrived = new AtomicBoolean();
  private boolean waited;

  ReviewExchange(
      ReviewEndpoint endpoint,
      ReviewRoute route,
      Deadline deadline,
      BodyBuffer body,
      Request request,
      Response response,
      Callback callback) {
    this.endpoint = endpoint;
    this.route = route;
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.deadline = deadline;
    this.body = body;
  }

  /** Reads what has come, and goes on when more has. */
  void read() {
    try {
      readWhatHasCome();
    } catch (OutOfMemoryError e) {
      endpoint.observer().fatal("out of memory", e);
      end(Refusal.failed("out of memory"));
    }
  }

  private void readWhatHasCome() {
    while (true) {
      var chunk = request.read();
      if (chunk == null) {
        if (!waited) {
          waited = true;
          endpoint.slowClients().unfinished(this);
        }
        request.demand(this::read);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        end(Refusal.badRequest("the body ended after " + body.size() + " bytes, before its end"));
        return;
      }
      var refusal = body.add(chunk.getByteBuffer());
      boolean last = chunk.isLast();
      chunk.release();
      if (refusal == null && last) {
        refusal = body.complete();
      }
      if (refusal != null) {
        end(refusal);
        return;
      }
      if (last) {
        submit();
        return;
      }
    }
  }

  private void submit() {
    if (arrived()) {
      String query = request.getHttpURI().getQuery();
      String line = "POST " + (query == null ? route.path() : route.path() + "?" + query);
      var review =
          new Review<>(route.kind(), line, Caller.ANYONE, body.bytes(), deadline, body.lease());
      endpoint.executor().submit(review, this::answer);
    }
  }

  private void answer(ReviewAnswer answer) {
    endpoint.write(answer, request, response, callback);
  }

  private void end(Refusal refusal) {
    if (arrived()) {
      body.release();
      endpoint.refuse(route, refusal, request, response, callback);
    }
  }

  /** Whether the caller is the one who ends the arrival of the body. */
  private boolean arrived() {
    if (!arrived.compareAndSet(false, true)) {
      return false;
    }
    if (waited) {
      endpoint.slowClients().finished(this);
    }
    return true;
  }

  @Override
  public long beganNanos() {
    return request.getBeginNanoTime();
  }

  @Override
  public long dueNanos() {
    return deadline.atNanos();
  }

  @Override
  public SocketAddress peer() {
    return request.getConnectionMetaData().getRemoteSocketAddress();
  }

  @Override
  public void giveUp(String why) {
    if (arrived()) {
      body.release();
      var closing = Callback.from(() -> callback.failed(new IOException(why)), callback::failed);
      endpoint.write(route, Refusal.timeout(why), request, response, closing);
    }
  }
}
