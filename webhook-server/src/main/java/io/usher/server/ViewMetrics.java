package io.usher.server;

import io.usher.cluster.Read;
import io.usher.listwatch.ReadCounters;
import io.usher.listwatch.ViewState;
import io.usher.telemetry.Meters;
import io.usher.view.ViewSpec;
import java.util.Collection;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Tells Prometheus of views of the cluster, and of what is asked live. */
final class ViewMetrics {

  private final Meters meters;
  private final Supplier<List<ViewState>> views;

  /**
   * Counts what is asked of the API server.
   *
   * @param views those that are followed now; a resource may have several
   */
  ViewMetrics(Meters meters, Supplier<List<ViewState>> views, Supplier<ReadCounters> counters) {
    this.meters = meters;
    this.views = views;
    meters.counter(
        "usher.view.lists",
        "Lists that were asked of the API server for views of the cluster",
        () -> counters.get().lists());
    meters.counter(
        "usher.view.watches",
        "Watches that were begun: each ends by itself after some minutes, and another goes on",
        () -> counters.get().watches());
    meters.counter(
        "usher.view.failures",
        "Lists and watches that the API server refused, or that broke",
        () -> counters.get().failures());
    meters.counter(
        "usher.live.hits",
        "Live reads whose answer was cached, or on its way for another",
        () -> counters.get().liveHits());
    meters.counter(
        "usher.live.misses",
        "Live reads that the API server was asked for",
        () -> counters.get().liveMisses());
    meters.counter(
        "usher.live.errors",
        "Live reads that were not answered in time, or refused",
        () -> counters.get().liveErrors());
  }

  /** Tells of the views of these from now on: NaN where there is none at the time. */
  void serve(Collection<Read> reads) {
    for (ViewSpec spec : ViewSpec.of(reads)) {
      gauge(
          "usher.view.objects",
          "Objects that a view of the cluster holds",
          spec,
          ViewState::objects,
          Math::max);
      gauge(
          "usher.view.synced",
          "1 when a view of the cluster was filled once, 0 before",
          spec,
          view -> view.age() == null ? 0 : 1,
          Math::min);
      gauge(
          "usher.view.age.seconds",
          "Time since the API server last told of a view of the cluster; NaN before the first list",
          spec,
          view -> view.age() == null ? Double.NaN : view.age().toMillis() / 1_000.0,
          Math::max);
    }
  }

  private void gauge(
      String name,
      String description,
      ViewSpec spec,
      ToDoubleFunction<ViewState> value,
      DoubleBinaryOperator worse) {
    String resource = spec.label();
    meters.gauge(
        name,
        description,
        () ->
            views.get().stream()
                .filter(view -> view.resource().equals(resource))
                .mapToDouble(value)
                .reduce(worse)
                .orElse(Double.NaN),
        "resource",
        resource);
  }
}
