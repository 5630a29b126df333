package io.usher.listwatch;

import io.usher.admission.GroupVersionResource;
import io.usher.cluster.Lister;
import io.usher.cluster.OnStale;
import io.usher.cluster.Read;
import io.usher.cluster.StaleViewException;
import io.usher.engine.ClusterViews;
import io.usher.engine.Deadline;
import io.usher.engine.LiveQuestion;
import io.usher.engine.Ticker;
import io.usher.view.StoredObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A view of each resource that rules read, filled from now on until it is closed. Thread-safe.
 *
 * @see ListWatch#follow
 */
public final class ResourceViews implements ClusterViews, AutoCloseable {

  private final Map<GroupVersionResource, ResourceView> views = new LinkedHashMap<>();
  private final List<Future<?>> reflectors = new ArrayList<>();
  private final Duration maxStaleness;
  private final Ticker ticker;
  private final @Nullable LiveClient live;

  ResourceViews(Duration maxStaleness, Ticker ticker, @Nullable LiveClient live) {
    this.maxStaleness = maxStaleness;
    this.ticker = ticker;
    this.live = live;
  }

  /** Views of nothing. */
  public static ResourceViews none() {
    return new ResourceViews(Duration.ZERO, Ticker.SYSTEM, null);
  }

  void add(ResourceView view, Future<?> reflector) {
    views.put(view.spec().resource(), view);
    reflectors.add(reflector);
  }

  @Override
  public Lister<?> now(Read read) {
    ResourceView view = views.get(read.resource());
    ResourceView.Moment moment = view == null ? null : view.moment();
    if (view == null || moment == null) {
      throw new StaleViewException(
          "%s were never listed: %s"
              .formatted(
                  read.resource().resource(), view == null ? "nobody reads them" : view.problem()));
    }
    Duration age = moment.age(ticker);
    if (read.onStale() == OnStale.FAIL && age.compareTo(maxStaleness) > 0) {
      throw new StaleViewException(
          "the view of %s is %d s old, and %d s are allowed: %s"
              .formatted(
                  view.spec().label(), age.toSeconds(), maxStaleness.toSeconds(), view.problem()));
    }
    return moment.snapshot().lister(read, age);
  }

  @Override
  public byte @Nullable [] answer(LiveQuestion question, Deadline deadline) {
    return live == null
        ? ClusterViews.NONE.answer(question, deadline)
        : live.answer(question, deadline);
  }

  /** The object of this name as it is at this moment; null when there is none, or no list yet. */
  public @Nullable StoredObject object(
      GroupVersionResource resource, String namespace, String name) {
    ResourceView view = views.get(resource);
    ResourceView.Moment moment = view == null ? null : view.moment();
    return moment == null ? null : moment.snapshot().get(namespace, name);
  }

  /** Whether each of these reads has a view that was filled. */
  public boolean areFilled(Collection<Read> reads) {
    return reads.stream()
        .map(read -> views.get(read.resource()))
        .allMatch(view -> view != null && view.moment() != null);
  }

  /** The views that were never filled, each with what stands in the way; empty when all were. */
  public List<String> unsynced() {
    return views.values().stream()
        .filter(view -> view.moment() == null)
        .map(view -> view.spec().label() + ": " + view.problem())
        .toList();
  }

  /** What is known of each view. */
  public List<ViewState> states() {
    return views.values().stream().map(this::state).toList();
  }

  private ViewState state(ResourceView view) {
    ResourceView.Moment moment = view.moment();
    return moment == null
        ? new ViewState(view.spec().label(), 0, null)
        : new ViewState(view.spec().label(), moment.snapshot().size(), moment.age(ticker));
  }

  /** Ends the watches; the views stay as they are. */
  @Override
  public void close() {
    reflectors.forEach(reflector -> reflector.cancel(true));
  }
}
