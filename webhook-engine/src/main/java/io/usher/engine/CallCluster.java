package io.usher.engine;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.usher.cluster.ClusterReader;
import io.usher.cluster.Lister;
import io.usher.cluster.LiveRead;
import io.usher.cluster.LiveReader;
import io.usher.cluster.Read;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one call of a rule or handler sees of the cluster: each view as it was when the rule first
 * asked for it.
 */
public final class CallCluster implements ClusterReader {

  private final String rule;
  private final List<Read> reads;
  private final ClusterViews views;
  private final LiveReader live;
  private final Map<Read, Lister<?>> seen = new HashMap<>();

  /**
   * Nothing is seen yet.
   *
   * @param rule the name, for messages
   * @param reads what it may read
   * @param liveReads what it may ask the API server itself
   * @param deadline of the call
   */
  public CallCluster(
      String rule,
      List<Read> reads,
      List<LiveRead> liveReads,
      ClusterViews views,
      Deadline deadline) {
    this.rule = rule;
    this.reads = reads;
    this.views = views;
    this.live = new CallLive(rule, liveReads, views, deadline);
  }

  @Override
  public LiveReader live() {
    return live;
  }

  @Override
  @SuppressWarnings("unchecked") // the read is of this type
  public <T> Lister<T> lister(Class<T> type) {
    return (Lister<T>) lister(read -> read.type() == type, type.getSimpleName());
  }

  @Override
  @SuppressWarnings("unchecked") // the read is of that type
  public Lister<GenericKubernetesResource> lister(String resource) {
    return (Lister<GenericKubernetesResource>)
        lister(read -> read.name().equals(resource), '"' + resource + '"');
  }

  private Lister<?> lister(Predicate<Read> which, String what) {
    List<Read> found = reads.stream().filter(which).toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          "rule %s reads %s, of which its class declares %s; declared are: %s"
              .formatted(
                  rule,
                  what,
                  found.isEmpty() ? "no read" : "several reads",
                  reads.stream()
                      .map(
                          read -> read.name().isEmpty() ? read.type().getSimpleName() : read.name())
                      .collect(Collectors.joining(", "))));
    }
    return seen.computeIfAbsent(found.get(0), views::now);
  }

  /** The age of the oldest view that the rule has seen, null when it has seen none. */
  public @Nullable Duration age() {
    Duration oldest = null;
    for (Lister<?> lister : seen.values()) {
      if (oldest == null || lister.age().compareTo(oldest) > 0) {
        oldest = lister.age();
      }
    }
    return oldest;
  }
}
