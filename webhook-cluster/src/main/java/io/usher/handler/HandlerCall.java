package io.usher.handler;

import io.usher.cluster.ClusterReader;
import io.usher.engine.CallCluster;
import io.usher.engine.Circuit;
import io.usher.engine.CircuitEvents;
import io.usher.engine.ClusterViews;
import io.usher.engine.Deadline;
import io.usher.engine.ObjectMapping;
import io.usher.engine.TimedCall;
import io.usher.rule.HandlerContext;
import io.usher.rule.HandlerDefinition;
import io.usher.view.StoredObject;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One call of one handler for one object. */
final class HandlerCall extends TimedCall implements HandlerContext {

  final Work work;

  /** The object that the handler sees, null when it is gone. */
  final @Nullable StoredObject object;

  private final @Nullable StoredObject old;
  private final String resource;
  private final ClusterReader cluster;

  HandlerCall(
      HandlerDefinition handler,
      Work work,
      @Nullable StoredObject object,
      @Nullable StoredObject old,
      ClusterViews views,
      Circuit circuit,
      CircuitEvents events,
      Deadline deadline) {
    super(handler.name(), circuit, events, deadline);
    this.work = work;
    this.object = object;
    this.old = old;
    this.resource = handler.object().resource().resource();
    this.cluster =
        new CallCluster(handler.name(), handler.reads(), handler.liveReads(), views, deadline);
  }

  /** {@code pods default/web}, for messages. */
  String describe() {
    return resource + " " + work.key;
  }

  @Override
  public String namespace() {
    return work.key.namespace();
  }

  @Override
  public String name() {
    return work.key.name();
  }

  @Override
  public <T> Optional<T> object(Class<T> type) {
    return decode(object, type);
  }

  @Override
  public <T> Optional<T> oldObject(Class<T> type) {
    return decode(old, type);
  }

  private <T> Optional<T> decode(@Nullable StoredObject stored, Class<T> type) {
    return stored == null
        ? Optional.empty()
        : Optional.of(work(type, () -> ObjectMapping.decode(stored.tree(), type, describe())));
  }

  @Override
  public int failures() {
    return work.failures;
  }

  @Override
  public ClusterReader cluster() {
    return cluster;
  }

  @Override
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, deadline().remainingNanos()));
  }
}
