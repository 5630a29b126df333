package io.usher.aggregated;

import io.usher.apiserver.admission.policy.ConfigurationException;
import io.usher.apiserver.admission.policy.ParamKind;
import io.usher.apiserver.admission.policy.ParamSource;
import io.usher.client.ClusterClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parameters that the cluster has. The objects of a kind are followed from the first write on that
 * needs them, until no policy names the kind. Thread-safe.
 */
final class RemoteParams implements ParamSource, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RemoteParams.class);

  /** As often as API servers in Go learn of new kinds. */
  private static final int SWEEP_SECONDS = 30;

  private final ClusterClient client;
  private final Supplier<Set<ParamKind>> named;
  private final Duration wait;
  private final Map<ParamKind, FollowedParams> followed = new HashMap<>();
  private final ExecutorService starts = Executors.newCachedThreadPool(RemoteParams::thread);
  private final ScheduledExecutorService sweeps =
      Executors.newSingleThreadScheduledExecutor(RemoteParams::thread);

  /**
   * Asks nothing yet.
   *
   * @param client stays the caller's
   * @param named the kinds that policies name
   * @param wait how long a write waits for the first list of a kind
   */
  RemoteParams(ClusterClient client, Supplier<Set<ParamKind>> named, Duration wait) {
    this.client = client;
    this.named = named;
    this.wait = wait;
    sweeps.scheduleWithFixedDelay(this::sweepOrLog, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  private static Thread thread(Runnable task) {
    var thread = new Thread(task, "policy-params");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public @Nullable ParamResource find(ParamKind kind) throws ConfigurationException {
    FollowedParams params = of(kind);
    return params.isThere() ? params : null;
  }

  private synchronized FollowedParams of(ParamKind kind) {
    FollowedParams known = followed.get(kind);
    if (known != null && !known.isToBeginAgain()) {
      return known;
    }
    var begun = new FollowedParams(client, kind, wait, known);
    followed.put(kind, begun);
    starts.execute(begun);
    return begun;
  }

  private void sweepOrLog() {
    try {
      sweep();
    } catch (RuntimeException e) {
      LOG.error("look which parameters are still needed", e);
    }
  }

  /** Ends what no policy names any more, and what the cluster serves no longer or elsewhere. */
  void sweep() {
    // What begins after this look is not ended, as its policy may be newer than the kinds below.
    Set<FollowedParams> begun = followed();
    Set<ParamKind> needed = named.get();
    for (FollowedParams each : begun) {
      if (!needed.contains(each.kind()) || each.isStale()) {
        end(each);
      }
    }
  }

  private synchronized Set<FollowedParams> followed() {
    return Set.copyOf(followed.values());
  }

  private void end(FollowedParams ended) {
    synchronized (this) {
      followed.remove(ended.kind(), ended);
    }
    ended.close();
  }

  @Override
  public void close() {
    sweeps.shutdownNow();
    starts.shutdownNow();
    followed().forEach(this::end);
  }
}
