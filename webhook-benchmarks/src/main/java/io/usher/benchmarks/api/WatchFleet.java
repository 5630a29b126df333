package io.usher.benchmarks.api;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Open watches, each on a connection of its own with a thread that reads it. A delivery is timed
 * from when the change was sent to the server until a watcher has its frame.
 */
final class WatchFleet implements AutoCloseable {

  private static final Pattern VERSION = Pattern.compile("\"resourceVersion\":\"(\\d+)\"");

  /** A reader's stack is shallow, and there are a thousand of them. */
  private static final int STACK_BYTES = 256 << 10;

  /** How long the last deliveries may take. */
  private static final int PATIENCE_SECONDS = 60;

  private final List<ApiConnection> connections = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicLong delivered = new AtomicLong();
  private final String server;
  private final Histogram latencies = new ConcurrentHistogram(3);
  private volatile boolean closing;

  private WatchFleet(String server) {
    this.server = server;
  }

  /**
   * Opens watches of ConfigMaps; all have begun when it returns.
   *
   * @param namespaces one for each watch
   */
  static WatchFleet open(Api api, List<String> namespaces) throws IOException {
    var fleet = new WatchFleet(api.name());
    try {
      fleet.begin(api, namespaces);
      return fleet;
    } catch (IOException e) {
      fleet.close();
      throw e;
    }
  }

  private void begin(Api api, List<String> namespaces) throws IOException {
    String version = version(api);
    var begun = new CountDownLatch(namespaces.size());
    for (String namespace : namespaces) {
      ApiConnection connection = ApiConnection.open(api);
      connections.add(connection);
      String path = ConfigMaps.path(namespace) + "?watch=1&resourceVersion=" + version;
      var thread =
          new Thread(null, () -> read(connection, path, begun), "watch-" + namespace, STACK_BYTES);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    try {
      if (!begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(begun.getCount() + " watches do not begin");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static String version(Api api) throws IOException {
    try (var connection = ApiConnection.open(api)) {
      connection.get("/api/v1/configmaps?limit=1");
      Matcher version = VERSION.matcher(connection.text());
      if (!version.find()) {
        throw new IOException("a list without a version: " + connection.text());
      }
      return version.group(1);
    }
  }

  private void read(ApiConnection connection, String path, CountDownLatch begun) {
    try {
      connection.watch(path, begun::countDown, this::delivered);
      failed.incrementAndGet();
    } catch (IOException e) {
      if (!closing) {
        failed.incrementAndGet();
      }
    }
  }

  private void delivered(long sent) {
    latencies.recordValue(System.nanoTime() - sent);
    delivered.incrementAndGet();
  }

  /** Waits for this many deliveries, and tells how long 99 % of them took at most. */
  double p99Millis(long expected) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (delivered.get() < expected) {
      if (System.nanoTime() > end || failed.get() > 0) {
        throw new IOException(
            "%s: %d of %d deliveries came, and %d watches failed"
                .formatted(server, delivered.get(), expected, failed.get()));
      }
      Pacer.pause(TimeUnit.MILLISECONDS.toNanos(1));
    }
    return latencies.getValueAtPercentile(99) / 1e6;
  }

  /** Fails when the server has ended a watch. */
  void requireOpen() throws IOException {
    if (failed.get() > 0) {
      throw new IOException("%s ended %d watches".formatted(server, failed.get()));
    }
  }

  @Override
  public void close() throws IOException {
    closing = true;
    for (ApiConnection each : connections) {
      each.close();
    }
  }
}
