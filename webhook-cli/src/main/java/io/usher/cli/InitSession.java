package io.usher.cli;

import io.usher.cluster.Read;
import io.usher.engine.Ticker;
import io.usher.initializer.Initializer;
import io.usher.initializer.InitializerSettings;
import io.usher.listwatch.ListWatch;
import io.usher.listwatch.ListWatchSettings;
import io.usher.listwatch.ResourceViews;
import io.usher.server.InProcessWebhooks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An Initializer that is connected, with what its rules read.
 *
 * @param server the API server's address
 */
record InitSession(Initializer initializer, String server, List<AutoCloseable> parts)
    implements AutoCloseable {

  /** As {@code --max-staleness} is by default. */
  private static final Duration MAX_STALENESS = Duration.ofSeconds(150);

  private static final long LOOK_MILLIS = 50;
  private static final long MOST_LOOKS = TimeUnit.MINUTES.toMillis(2) / LOOK_MILLIS;

  /**
   * Connects, and waits until the rules can read what they declare.
   *
   * @param webhooks the same as those of the rules; closed with the session
   * @throws IOException when the API server does not answer
   */
  static InitSession open(
      @Nullable Path kubeconfig,
      Initializer.Rules rules,
      InProcessWebhooks webhooks,
      InitializerSettings settings)
      throws IOException, InterruptedException {
    ExecutorService executor = Executors.newCachedThreadPool(InitSession::daemon);
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(InitSession::daemon);
    ListWatch api =
        ListWatch.open(kubeconfig, ListWatchSettings.DEFAULT, executor, timer, Ticker.SYSTEM);
    List<Read> reads =
        webhooks.webhooks().stream().flatMap(webhook -> webhook.reads().stream()).toList();
    ResourceViews views = api.follow(reads, MAX_STALENESS);
    webhooks.read(views);
    List<AutoCloseable> parts =
        List.of(views, api, executor::shutdownNow, timer::shutdownNow, webhooks);
    try {
      awaitSync(views);
      return new InitSession(Initializer.connect(api, rules, settings), api.url(), parts);
    } catch (IOException | InterruptedException | RuntimeException e) {
      closeAll(parts);
      throw e;
    }
  }

  private static void awaitSync(ResourceViews views) throws IOException, InterruptedException {
    for (long looks = 0; !views.unsynced().isEmpty(); looks++) {
      if (looks > MOST_LOOKS) {
        throw new IOException("read what rules declare: " + String.join("; ", views.unsynced()));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  private static Thread daemon(Runnable task) {
    var thread = new Thread(task, "initializer");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    closeAll(parts);
  }

  private static void closeAll(List<AutoCloseable> parts) {
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        throw new IllegalStateException("close the connection", e);
      }
    }
  }
}
