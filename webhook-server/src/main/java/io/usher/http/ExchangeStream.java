package io.usher.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
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
    exchange.write(
        false, BufferUtil.EMPTY_BUFFER, Callback.from(() -> begun.complete(null), this::fail));
  }

  @Override
  public void send(List<ByteBuffer> parts, Runnable done) {
    begun.thenRun(new Sending(parts.iterator(), done)::iterate);
  }

  @Override
  public void close() {
    exchange.write(true, BufferUtil.EMPTY_BUFFER, Callback.from(() -> end(null), this::end));
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

  /** One part after the other, without a deeper stack for each. */
  private final class Sending extends IteratingCallback {

    private final Iterator<ByteBuffer> parts;
    private final Runnable done;

    Sending(Iterator<ByteBuffer> parts, Runnable done) {
      this.parts = parts;
      this.done = done;
    }

    @Override
    protected Action process() {
      if (!parts.hasNext() || closed.isDone()) {
        return Action.SUCCEEDED;
      }
      exchange.write(false, parts.next().slice(), this);
      return Action.SCHEDULED;
    }

    @Override
    protected void onCompleteSuccess() {
      done.run();
    }

    @Override
    protected void onCompleteFailure(Throwable failure) {
      end(failure);
      done.run();
    }
  }
}
