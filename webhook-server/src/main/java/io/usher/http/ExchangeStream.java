package io.usher.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** An answer that goes on, as Jetty writes it. */
final class ExchangeStream implements AnswerStream {

  private final Exchange exchange;

  /** Completes when the head is sent, so that the first part may follow. */
  private final CompletableFuture<Void> begun = new CompletableFuture<>();

  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  ExchangeStream(Exchange exchange) {
    this.exchange = exchange;
    exchange.request().addFailureListener(this::end);
    exchange.request().addIdleTimeoutListener(timeout -> isGone(exchange));
    write(false, BufferUtil.EMPTY_BUFFER, Callback.from(() -> begun.complete(null), this::fail));
  }

  /**
   * Whether a client of HTTP/1.1 has closed its side: nothing else tells while there is nothing to
   * send. An answer that goes on is not idle. What a client sends behind its request is no protocol
   * that goes with such an answer, so its end is what a read finds.
   */
  static boolean isGone(Exchange exchange) {
    if (exchange.request().getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2) {
      return false;
    }
    EndPoint endPoint = exchange.request().getConnectionMetaData().getConnection().getEndPoint();
    ByteBuffer buffer = BufferUtil.allocate(1);
    try {
      return endPoint.fill(buffer) != 0;
    } catch (IOException e) {
      return true;
    }
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
