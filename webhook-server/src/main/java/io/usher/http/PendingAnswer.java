package io.usher.http;

import io.usher.engine.MemoryBudget;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way to a client. Most are gone when the write returns. What the client does not
 * take at once is watched, takes memory of the budget, and ends when its time is up.
 */
final class PendingAnswer implements Callback, PendingTransfer {

  private final Request request;
  private final Callback callback;
  private final SlowClients slowClients;
  private final long due;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicReference<MemoryBudget.@Nullable Lease> lease = new AtomicReference<>();

  private PendingAnswer(
      Request request, Duration timeout, SlowClients slowClients, Callback callback) {
    this.request = request;
    this.callback = callback;
    this.slowClients = slowClients;
    this.due = System.nanoTime() + timeout.toNanos();
  }

  /**
   * Writes.
   *
   * @param timeout the client's time to take it all
   * @param callback fails when the client does not
   */
  static void write(
      Request request,
      Response response,
      boolean last,
      ByteBuffer bytes,
      Duration timeout,
      SlowClients slowClients,
      MemoryBudget budget,
      Callback callback) {
    int size = bytes.remaining();
    var answer = new PendingAnswer(request, timeout, slowClients, callback);
    response.write(last, bytes, answer);
    if (!answer.ended.get()) {
      answer.watch(budget, size);
    }
  }

  private void watch(MemoryBudget budget, int size) {
    var taken = budget.tryReserve(size);
    if (taken.isEmpty()) {
      abort("the answers that are not read take all the memory they may");
      return;
    }
    lease.set(taken.get());
    slowClients.watch(this);
    if (ended.get()) {
      release();
    }
  }

  @Override
  public void succeeded() {
    if (ended.compareAndSet(false, true)) {
      release();
      callback.succeeded();
    }
  }

  @Override
  public void failed(Throwable failure) {
    if (ended.compareAndSet(false, true)) {
      release();
      callback.failed(failure);
    }
  }

  private void release() {
    slowClients.finished(this);
    var taken = lease.getAndSet(null);
    if (taken != null) {
      taken.close();
    }
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  public long dueNanos() {
    return due;
  }

  @Override
  public String late() {
    return "the client did not read the answer in time (write-timeout)";
  }

  @Override
  public SocketAddress peer() {
    return request.getConnectionMetaData().getRemoteSocketAddress();
  }

  @Override
  public void abort(String reason) {
    failed(new IOException(reason));
  }
}
