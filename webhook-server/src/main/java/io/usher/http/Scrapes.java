package io.usher.http;

import io.javalin.config.RoutesConfig;
import io.usher.engine.ReviewAnswer;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics}. The servlet that answers waits for whoever reads, so scrapes have threads of
 * their own, for two at once; and a scrape that is not read in time ends with its connection.
 */
final class Scrapes implements AutoCloseable {

  static final String PATH = "/metrics";

  /** Prometheus' text format. */
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  /** Prometheus scrapes one server from two replicas at most; each is done in milliseconds. */
  static final int AT_ONCE = 2;

  private final SlowClients slowClients;
  private final Duration timeout;
  private final ThreadPoolExecutor threads;

  Scrapes(SlowClients slowClients, Duration timeout) {
    this.slowClients = slowClients;
    this.timeout = timeout;
    var number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            0,
            AT_ONCE,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              var thread = new Thread(task, "scrape-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** For a server that needs no thread to answer. */
  static ReviewAnswer answer(Supplier<String> metrics) {
    return new ReviewAnswer(200, TEXT, metrics.get().getBytes(StandardCharsets.UTF_8), 0);
  }

  /** Registers what the servlet answers. */
  void addTo(RoutesConfig routes, Supplier<String> metrics) {
    routes.get(PATH, context -> context.contentType(TEXT).result(metrics.get()));
  }

  /** Has the servlet answer, on a thread that may wait. */
  void answer(Exchange exchange, Handler servlet) {
    try {
      threads.execute(() -> scrape(exchange, servlet));
    } catch (RejectedExecutionException e) {
      exchange.refuse(
          Refusal.overloaded(AT_ONCE + " scrapes are under way; scrape again when one has ended"));
    }
  }

  private void scrape(Exchange exchange, Handler servlet) {
    var scrape = new Scrape(exchange, System.nanoTime() + timeout.toNanos());
    slowClients.watch(scrape);
    var callback = Callback.from(() -> slowClients.finished(scrape), exchange.callback());
    try {
      if (!servlet.handle(exchange.request(), exchange.response(), callback)) {
        Response.writeError(exchange.request(), exchange.response(), callback, 404);
      }
    } catch (Exception e) {
      Response.writeError(exchange.request(), exchange.response(), callback, e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** A scrape under way. */
  private record Scrape(Exchange exchange, long dueNanos) implements PendingTransfer {

    @Override
    public String late() {
      return "the client did not read the metrics in time (write-timeout)";
    }

    @Override
    public @Nullable SocketAddress peer() {
      return exchange.remoteAddress();
    }

    /** The thread waits in a write, which the end of the connection ends. */
    @Override
    public void abort(String reason) {
      // Javalin takes this for what it is, and logs no error.
      exchange
          .request()
          .getConnectionMetaData()
          .getConnection()
          .getEndPoint()
          .close(new EofException(reason));
    }
  }
}
