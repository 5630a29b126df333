package io.usher.http;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Throws away what a client still sends after it was refused. A connection that is closed with
 * unread bytes is reset, and a reset may overtake the answer.
 */
final class Drain implements PendingTransfer {

  /** Some clients look for the answer only when they have sent all; a slow one is cut off. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Request request;
  private final Callback callback;
  private final SlowClients slowClients;
  private final long due = System.nanoTime() + PATIENCE.toNanos();
  private final AtomicBoolean ended = new AtomicBoolean();
  private long left;
  private boolean waited;

  Drain(Exchange exchange, SlowClients slowClients, long most) {
    this.request = exchange.request();
    this.callback = exchange.callback();
    this.slowClients = slowClients;
    this.left = most;
  }

  void read() {
    while (true) {
      var chunk = request.read();
      if (chunk == null) {
        if (!waited) {
          waited = true;
          slowClients.watch(this);
        }
        request.demand(this::read);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        end(chunk.getFailure());
        return;
      }
      left -= chunk.remaining();
      boolean last = chunk.isLast();
      chunk.release();
      if (last) {
        end(null);
        return;
      }
      if (left < 0) {
        end(new IOException("the refused client goes on sending"));
        return;
      }
    }
  }

  private void end(@Nullable Throwable failure) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    if (waited) {
      slowClients.finished(this);
    }
    if (failure == null) {
      callback.succeeded();
    } else {
      callback.failed(failure);
    }
  }

  @Override
  public long dueNanos() {
    return due;
  }

  @Override
  public String late() {
    return "the refused client goes on sending";
  }

  @Override
  public SocketAddress peer() {
    return request.getConnectionMetaData().getRemoteSocketAddress();
  }

  @Override
  public void abort(String reason) {
    end(new IOException(reason));
  }
}
