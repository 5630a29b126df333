package io.usher.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Calls an endless rule, over a connection of its own. */
final class EndlessCalls implements AutoCloseable {

  /** Below it a call was not tried: the circuit is open. */
  private static final Duration AT_ONCE = Duration.ofMillis(200);

  private static final long PAUSE_MILLIS = 100;

  private static final int MOST_CALLS = 10;

  private final Connection connection;
  private final byte[] request;
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger tried = new AtomicInteger();
  private @Nullable Future<?> calls;

  EndlessCalls(SSLContext tls, int port, String webhook) throws IOException {
    connection = Connection.open(tls, port);
    request = Connection.request("/mutate/" + webhook + "?timeout=1s", Body.KB_6.bytes());
  }

  /** Calls the rule until it is not tried any more. */
  void awaitRefusal() throws IOException {
    for (int call = 0; call < MOST_CALLS; call++) {
      if (call() == refused) {
        return;
      }
    }
    throw new IOException("the endless rule is still tried after " + MOST_CALLS + " calls");
  }

  /** Goes on calling it, until this is closed. */
  void goOn() {
    refused.set(0);
    tried.set(0);
    calls = executor.scheduleWithFixedDelay(this::count, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** What came of the calls since then, {@code "150 refused, 1 tried"}. */
  String outcome() throws IOException {
    if (calls == null || calls.isDone()) {
      throw new IOException("the endless rule was called no more after " + refused + " refusals");
    }
    return refused + " refused, " + tried + " tried";
  }

  private void count() {
    try {
      call().incrementAndGet();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private AtomicInteger call() throws IOException {
    long start = System.nanoTime();
    int status = connection.post(request).status();
    if (status != 500) {
      throw new IOException("an endless rule was answered " + status);
    }
    return System.nanoTime() - start < AT_ONCE.toNanos() ? refused : tried;
  }

  @Override
  public void close() throws IOException {
    executor.shutdownNow();
    connection.close();
  }
}
