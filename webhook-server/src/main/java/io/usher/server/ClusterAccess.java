package io.usher.server;

import io.usher.cluster.Read;
import io.usher.config.Configuration;
import io.usher.engine.Ticker;
import io.usher.listwatch.ListWatch;
import io.usher.listwatch.ListWatchSettings;
import io.usher.listwatch.ReadCounters;
import io.usher.listwatch.ResourceViews;
import io.usher.webhook.WebhookRegistration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The connection to the cluster, made when the first rule reads something: a server whose rules
 * read nothing needs no credentials and has no thread of it. Thread-safe.
 */
final class ClusterAccess implements AutoCloseable {

  private final Configuration settings;
  private final LongConsumer liveNanos;
  private @Nullable Connection connection;

  /**
   * @param liveNanos is told how long each live read of the API server took
   */
  ClusterAccess(Configuration settings, LongConsumer liveNanos) {
    this.settings = settings;
    this.liveNanos = liveNanos;
  }

  private record Connection(
      ListWatch listWatch, ExecutorService executor, ScheduledExecutorService timer) {}

  /** Follows what is read, until the views are closed; empty when nothing is read. */
  synchronized ResourceViews follow(Collection<WebhookRegistration> webhooks) {
    List<Read> reads = webhooks.stream().flatMap(each -> each.reads().stream()).toList();
    if (reads.isEmpty() && webhooks.stream().allMatch(each -> each.liveReads().isEmpty())) {
      return ResourceViews.none();
    }
    var open = connection;
    if (open == null) {
      open = open();
      connection = open;
    }
    return open.listWatch().follow(reads, settings.get(ViewSettings.MAX_STALENESS));
  }

  private Connection open() {
    var executor = Executors.newCachedThreadPool(task -> daemon(task, "views"));
    var timer = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "views-timer"));
    var listWatch =
        ListWatch.open(
            settings.find(ViewSettings.KUBECONFIG).orElse(null),
            ListWatchSettings.DEFAULT,
            executor,
            timer,
            Ticker.SYSTEM);
    listWatch.counters().timeLiveReads(liveNanos);
    return new Connection(listWatch, executor, timer);
  }

  private static Thread daemon(Runnable task, String name) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** What was asked of the API server so far. */
  synchronized ReadCounters counters() {
    return connection == null ? ReadCounters.NONE : connection.listWatch().counters();
  }

  @Override
  public synchronized void close() {
    if (connection != null) {
      connection.listWatch().close();
      connection.executor().shutdownNow();
      connection.timer().shutdownNow();
    }
  }
}
