package io.usher.initializer;

import io.usher.cluster.Read;
import io.usher.engine.ClusterViews;
import io.usher.engine.Ticker;
import io.usher.leader.LeaderTask;
import io.usher.leader.Leadership;
import io.usher.listwatch.ListWatch;
import io.usher.listwatch.ListWatchSettings;
import io.usher.listwatch.ReadCounters;
import io.usher.listwatch.ResourceViews;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps objects as the rules want them while this replica leads. It begins with all objects that
 * there are then; an object that is already right costs no write.
 */
public final class InitializerTask implements LeaderTask {

  private static final long LOOK_MILLIS = 50;

  /** For requests to end that were interrupted. */
  private static final Duration STOP = Duration.ofSeconds(5);

  private final Initializer.Rules rules;
  private final Consumer<ClusterViews> reader;
  private final InitializerSettings settings;
  private final InitializerProgress progress;
  private final ReadCounters counters;
  private final Duration maxStaleness;
  private volatile ResourceViews views = ResourceViews.none();

  /**
   * Changes nothing yet.
   *
   * @param reader is given what the rules read of the cluster, before they are called
   * @param progress learns what comes of objects
   * @param counters learn what is asked of the API server
   * @param maxStaleness above which a view is too old for the rules
   */
  public InitializerTask(
      Initializer.Rules rules,
      Consumer<ClusterViews> reader,
      InitializerSettings settings,
      InitializerProgress progress,
      ReadCounters counters,
      Duration maxStaleness) {
    this.rules = rules;
    this.reader = reader;
    this.settings = settings;
    this.progress = progress;
    this.counters = counters;
    this.maxStaleness = maxStaleness;
  }

  /** What the rules read of the cluster now; nothing while another replica leads. */
  public ResourceViews views() {
    return views;
  }

  @Override
  public void lead(Leadership leadership) throws InterruptedException {
    ExecutorService executor = Executors.newCachedThreadPool(InitializerTask::daemon);
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(InitializerTask::daemon);
    // One of its own, as a try may wait for Pods.
    ScheduledExecutorService retries =
        Executors.newSingleThreadScheduledExecutor(InitializerTask::daemon);
    List<Read> reads =
        rules.webhooks().stream().flatMap(webhook -> webhook.reads().stream()).toList();
    try (var api =
            new ListWatch(
                leadership.client(),
                ListWatchSettings.DEFAULT,
                executor,
                timer,
                Ticker.SYSTEM,
                counters);
        ResourceViews seen = api.follow(reads, maxStaleness)) {
      views = seen;
      reader.accept(seen);
      while (!seen.unsynced().isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
      keep(Initializer.connect(api, rules, settings), retries);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      views = ResourceViews.none();
      timer.shutdownNow();
      retries.shutdownNow();
      executor.shutdownNow();
      executor.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void keep(Initializer initializer, ScheduledExecutorService retries)
      throws InterruptedException {
    Keeper keeper = initializer.keep(retries, progress);
    try {
      new CountDownLatch(1).await();
    } finally {
      keeper.close();
    }
  }

  private static Thread daemon(Runnable task) {
    var thread = new Thread(task, "initializer");
    thread.setDaemon(true);
    return thread;
  }
}
