package io.usher.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** An answer that goes on, as Jetty writes it. */
final class ExchangeStream implements AnswerStream {

  private final Exchange exchange;
  private final ClientPresence presence;

  /** Completes when the head is sent, so that the first part may follow. */
  private final CompletableFuture<Void> begun = new CompletableFuture<>();

  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  ExchangeStream(Exchange exchange) {
    this.exchange = exchange;
    exchange.request().addFailureListener(this::end);
    // An answer that goes on is not idle.
    exchange.request().addIdleTimeoutListener(timeout -> false);
    write(false, BufferUtil.EMPTY_BUFFER, Callback.from(() -> begun.complete(null), this::fail));
    presence = ClientPresence.watch(exchange, () -> end(new EofException("the client has gone")));
  }

  @Override
  public void send(List<ByteBuffer> parts, Runnable done) {
    if (begun.isDone()) {
      sendNow(parts, done);
    } else {
      begun.thenRun(() -> sendNow(parts, done));
    }
  }

  private void sendNow(List<ByteBuffer> parts, Runnable done) {
    if (closed.isDone()) {
      done.run();
      return;
    }
    // One write for all: each is a TLS record, and a system call.
    write(
        false,
        PartsWriter.joined(parts),
        Callback.from(
            done::run,
            failure -> {
              end(failure);
              done.run();
            }));
  }

  @Override
  public void close() {
    if (!closed.isDone()) {
      presence.end();
      write(true, BufferUtil.EMPTY_BUFFER, Callback.from(() -> end(null), this::end));
    }
  }

  /** Jetty gives an answer up once its client is gone, which can be at any moment. */
  private void write(boolean last, ByteBuffer bytes, Callback callback) {
    try {
      exchange.write(last, bytes, callback);
    } catch (RuntimeException e) {
      if (!closed.isDone()) {
        throw e;
      }
      callback.failed(e);
    }
  }

  @Override
  public void abort() {
    end(new IOException("the answer is cut off"));
  }

  @Override
  public void onClose(Runnable action) {
    closed.whenComplete((nothing, failure) -> action.run());
  }

  private void fail(Throwable failure) {
    end(failure);
    begun.complete(null);
  }

  private void end(@Nullable Throwable failure) {
    if (closed.complete(null)) {
      if (failure == null) {
        exchange.callback().succeeded();
      } else {
        exchange.callback().failed(failure);
      }
    }
  }
}
