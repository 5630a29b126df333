package io.usher.handler;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.usher.engine.GivenUpRules;
import io.usher.engine.Ticker;
import io.usher.leader.Leadership;
import io.usher.listwatch.WatchedCluster;
import io.usher.observe.HandlerObserver;
import io.usher.webhook.WebhookRegistration;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Handlers that lead from their start to their end. */
final class LeadingReplica implements Leadership, AutoCloseable {

  /** Nobody waits for what a test has fail. */
  static final HandlerSettings QUICK =
      new HandlerSettings(
          Duration.ofMillis(5),
          Duration.ofMillis(100),
          15,
          1_000,
          1_000,
          1_000,
          1_000,
          Duration.ofDays(1));

  final Handlers handlers;
  private final KubernetesClient client;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Thread thread = new Thread(this::lead, "leader");

  LeadingReplica(WatchedCluster cluster, HandlerObserver observer, Object... rules) {
    client = cluster.client();
    handlers =
        new Handlers(
            cluster.listWatch(),
            WebhookRegistration.fromInstances(List.of(rules)),
            QUICK,
            "replica-1",
            GivenUpRules.NONE,
            timer,
            observer,
            Clock.systemUTC(),
            Ticker.SYSTEM);
    thread.start();
  }

  private void lead() {
    try {
      handlers.lead(this);
      ended.complete(null);
    } catch (InterruptedException e) {
      ended.complete(null);
    } catch (Throwable e) {
      ended.completeExceptionally(e);
    }
  }

  @Override
  public boolean held() {
    return true;
  }

  @Override
  public KubernetesClient client() {
    return client;
  }

  /** The leadership is over; returns when the handlers have ended. */
  @Override
  public void close() throws Exception {
    thread.interrupt();
    ended.get(60, TimeUnit.SECONDS);
    timer.shutdownNow();
    client.close();
  }
}
