package io.usher.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.jspecify.annotations.Nullable;

/** An answer that goes on as messages of a WebSocket. */
public final class WebSocketStream extends Session.Listener.AbstractAutoDemanding
    implements AnswerStream {

  private final CompletableFuture<Session> opened = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  private WebSocketStream() {}

  static WebSocketStream begin(Exchange exchange) {
    var stream = new WebSocketStream();
    var container = ServerWebSocketContainer.get(exchange.request().getContext());
    exchange.request().addFailureListener(stream::fail);
    try {
      boolean upgraded =
          container.upgrade(
              (request, response, callback) -> stream,
              exchange.request(),
              exchange.response(),
              exchange.callback());
      if (!upgraded) {
        stream.fail(null);
        exchange.refuse(Refusal.badRequest("this is no request for a WebSocket"));
      }
    } catch (RuntimeException e) {
      stream.fail(e);
      exchange.callback().failed(e);
    }
    return stream;
  }

  private void fail(@Nullable Throwable failure) {
    opened.cancel(false);
    closed.complete(null);
  }

  @Override
  public void onWebSocketOpen(Session session) {
    super.onWebSocketOpen(session);
    opened.complete(session);
  }

  @Override
  public void onWebSocketClose(int code, @Nullable String reason, Callback callback) {
    closed.complete(null);
    callback.succeed();
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    closed.complete(null);
  }

  @Override
  public void send(List<ByteBuffer> parts, Runnable done) {
    opened.whenComplete(
        (session, failure) -> {
          if (failure != null || closed.isDone()) {
            done.run();
          } else {
            new Sending(session, parts.iterator(), done).iterate();
          }
        });
  }

  @Override
  public void close() {
    opened.thenAccept(session -> session.close(StatusCode.NORMAL, null, Callback.NOOP));
  }

  @Override
  public void abort() {
    opened.thenAccept(Session::disconnect);
  }

  @Override
  public void onClose(Runnable action) {
    closed.whenComplete((nothing, failure) -> action.run());
  }

  /** One message after the other, without a deeper stack for each. */
  private final class Sending extends IteratingCallback {

    private final Session session;
    private final Iterator<ByteBuffer> parts;
    private final Runnable done;

    Sending(Session session, Iterator<ByteBuffer> parts, Runnable done) {
      this.session = session;
      this.parts = parts;
      this.done = done;
    }

    @Override
    protected Action process() {
      if (!parts.hasNext() || closed.isDone()) {
        return Action.SUCCEEDED;
      }
      String text = StandardCharsets.UTF_8.decode(parts.next().duplicate()).toString();
      session.sendText(text.stripTrailing(), Callback.from(this::succeeded, this::failed));
      return Action.SCHEDULED;
    }

    @Override
    protected void onCompleteSuccess() {
      done.run();
    }

    @Override
    protected void onCompleteFailure(Throwable failure) {
      closed.complete(null);
      done.run();
    }
  }
}
