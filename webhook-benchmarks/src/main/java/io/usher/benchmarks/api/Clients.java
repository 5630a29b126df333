package io.usher.benchmarks.api;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/** Clients that work at the same time, each on a connection of its own. */
final class Clients {

  static final int COUNT = 8;

  /** Three digits are enough for a ratio. */
  private static final int DIGITS = 3;

  private Clients() {}

  /** What one client does. */
  interface Work {
    void run(Client client) throws IOException;
  }

  /** A request, timed. */
  interface Call {
    void send(ApiConnection connection) throws IOException;
  }

  /** One client. */
  static final class Client {
    private final ApiConnection connection;
    private final int index;
    private final Histogram latencies = new Histogram(DIGITS);

    private Client(ApiConnection connection, int index) {
      this.connection = connection;
      this.index = index;
    }

    /** Which it is, from 0 on. */
    int index() {
      return index;
    }

    void timed(Call call) throws IOException {
      long sent = System.nanoTime();
      call.send(connection);
      latencies.recordValue(System.nanoTime() - sent);
    }

    void untimed(Call call) throws IOException {
      call.send(connection);
    }
  }

  /**
   * What came of it.
   *
   * @param rate requests a second
   * @param p99Millis of a request
   */
  record Result(double rate, double p99Millis) {}

  /** Has this many clients work. */
  static Result run(Api api, int count, Work work) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    var clients = new ArrayList<Client>();
    try {
      for (int i = 0; i < count; i++) {
        clients.add(new Client(ApiConnection.open(api), i));
      }
      var begun = new CyclicBarrier(count);
      var ends = new ArrayList<Future<Long>>();
      var starts = new long[count];
      for (Client each : clients) {
        ends.add(
            threads.submit(
                () -> {
                  begun.await();
                  starts[each.index] = System.nanoTime();
                  work.run(each);
                  return System.nanoTime();
                }));
      }
      long end = Long.MIN_VALUE;
      for (Future<Long> each : ends) {
        end = Math.max(end, awaited(each));
      }
      long start = Long.MAX_VALUE;
      for (long each : starts) {
        start = Math.min(start, each);
      }
      return result(clients, (end - start) / 1e9);
    } finally {
      threads.shutdownNow();
      for (Client each : clients) {
        each.connection.close();
      }
    }
  }

  private static long awaited(Future<Long> end) throws IOException {
    try {
      return end.get();
    } catch (ExecutionException e) {
      throw new IOException("a client: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static Result result(List<Client> clients, double seconds) {
    var all = new Histogram(DIGITS);
    clients.forEach(each -> all.add(each.latencies));
    return new Result(all.getTotalCount() / seconds, all.getValueAtPercentile(99) / 1e6);
  }
}
