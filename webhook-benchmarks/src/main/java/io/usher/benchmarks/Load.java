package io.usher.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.HdrHistogram.Histogram;

/**
 * The load on one path of a server: {@value #CONNECTIONS} connections with a thread each. Every
 * answer must be the same, byte for byte, as the first one, which is looked into.
 */
final class Load {

  static final int CONNECTIONS = 8;

  /** Three digits are enough for a ratio. */
  private static final int DIGITS = 3;

  private final SSLContext tls;
  private final int port;
  private final byte[] request;
  private final Check check;

  Load(SSLContext tls, int port, String webhook, Body body) {
    this(tls, port, "/mutate/" + webhook, body.bytes(), Answers::requireMarked);
  }

  /**
   * Of any path.
   *
   * @param check looks into the first answer
   */
  Load(SSLContext tls, int port, String path, byte[] body, Check check) {
    this.tls = tls;
    this.port = port;
    this.request = Connection.request(path + "?timeout=10s", body);
    this.check = check;
  }

  /** Throws unless an answer is what was asked for. */
  @FunctionalInterface
  interface Check {
    void require(byte[] answer) throws IOException;
  }

  /**
   * What came of it.
   *
   * @param seconds how long it took
   * @param latencies in nanoseconds, one for each answer
   */
  record Result(double seconds, Histogram latencies) {

    /** Answers a second. */
    double rate() {
      return latencies.getTotalCount() / seconds;
    }

    /** In milliseconds. */
    double p99Millis() {
      return latencies.getValueAtPercentile(99) / 1e6;
    }
  }

  /** As much as the server can take: each connection sends as soon as it has its answer. */
  Result closedLoop(Duration duration) throws IOException {
    return run(
        (connection, index, start, histogram) -> {
          long end = start + duration.toNanos();
          for (long sent = System.nanoTime(); sent < end; ) {
            connection.post();
            long answered = System.nanoTime();
            histogram.recordValue(answered - sent);
            sent = answered;
          }
        });
  }

  /**
   * A fixed rate. A latency counts from when its request was due, not from when it could be sent,
   * so an answer that is late tells on all that had to wait for it.
   *
   * @param rate requests a second over all connections
   */
  Result openLoop(double rate, Duration duration) throws IOException {
    double intervalNanos = 1e9 / rate;
    long count = Math.round(rate * duration.toNanos() / 1e9);
    return run(
        (connection, index, start, histogram) -> {
          for (long i = index; i < count; i += CONNECTIONS) {
            long due = start + Math.round(i * intervalNanos);
            for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
              LockSupport.parkNanos(early);
            }
            connection.post();
            histogram.recordValue(System.nanoTime() - due);
          }
        });
  }

  private interface Sender {
    void send(Checked connection, int index, long startNanos, Histogram histogram)
        throws IOException;
  }

  /** A connection that insists on the answer that the first one got. */
  private record Checked(Connection connection, byte[] request, byte[] expected) {

    void post() throws IOException {
      Connection.Answer answer = connection.post(request);
      if (answer.status() != 200 || !Arrays.equals(answer.body(), expected)) {
        throw new IOException(
            "answered "
                + answer.status()
                + " "
                + new String(answer.body(), StandardCharsets.UTF_8)
                + ", not "
                + new String(expected, StandardCharsets.UTF_8));
      }
    }
  }

  private Result run(Sender sender) throws IOException {
    var connections = new ArrayList<Connection>();
    ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        connections.add(Connection.open(tls, port));
      }
      byte[] expected = connections.get(0).post(request).body();
      check.require(expected);
      var go = new CountDownLatch(1);
      long start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(10);
      var parts = new ArrayList<Future<Histogram>>();
      for (int i = 0; i < CONNECTIONS; i++) {
        var connection = new Checked(connections.get(i), request, expected);
        int index = i;
        parts.add(
            threads.submit(
                () -> {
                  var histogram = new Histogram(DIGITS);
                  go.await();
                  sender.send(connection, index, start, histogram);
                  return histogram;
                }));
      }
      LockSupport.parkNanos(start - System.nanoTime());
      go.countDown();
      Histogram all = sum(parts);
      return new Result((System.nanoTime() - start) / 1e9, all);
    } finally {
      threads.shutdownNow();
      for (Connection connection : connections) {
        connection.close();
      }
    }
  }

  private static Histogram sum(List<Future<Histogram>> parts) throws IOException {
    var all = new Histogram(DIGITS);
    for (Future<Histogram> part : parts) {
      try {
        all.add(part.get());
      } catch (ExecutionException e) {
        throw new IOException("load: " + e.getCause(), e.getCause());
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
    }
    return all;
  }
}
