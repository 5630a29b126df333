package io.usher.manifest;

import io.usher.manifest.GrafanaDashboard.Panel;
import java.util.List;

/** What is looked at in each process that reads the cluster. */
final class ViewMonitoring {

  static final List<Alert> ALERTS =
      List.of(
          new Alert(
              "UsherViewOld",
              "max by (resource) (usher_view_age_seconds{%1$s}) > 90",
              "1m",
              "warning",
              "What is seen of {{ $labels.resource }} is {{ $value | humanizeDuration }} old; above"
                  + " max-staleness (150s) the rules and handlers that read it fail. The log says why."),
          new Alert(
              "UsherViewNotSynced",
              "min by (pod, resource) (usher_view_synced{%1$s}) == 0",
              "5m",
              "critical",
              "{{ $labels.pod }} has not read {{ $labels.resource }} since it began, and is not"
                  + " ready; /readyz says why."),
          new Alert(
              "UsherViewsFail",
              "sum(rate(usher_view_failures_total{%1$s}[10m])) > 0.05",
              "15m",
              "warning",
              "Lists and watches of the API server fail again and again; the log says why."),
          new Alert(
              "UsherLiveReadsFail",
              "sum(rate(usher_live_errors_total{%1$s}[5m])) > 0",
              "5m",
              "warning",
              "Rules and handlers that ask the API server itself get no answer in time, or are refused."));

  static final List<Panel> PANELS =
      List.of(
          new Panel(
              "Age of views of the cluster",
              "s",
              "max by (pod, resource) (usher_view_age_seconds{%s})",
              "{{pod}} {{resource}}"),
          new Panel(
              "Objects in views",
              "short",
              "max by (resource) (usher_view_objects{%s})",
              "{{resource}}"),
          new Panel(
              "Views not synced",
              "short",
              "sum by (pod, resource) (usher_view_synced{%s} == bool 0)",
              "{{pod}} {{resource}}"),
          new Panel(
              "Lists that are begun",
              "reqps",
              "sum by (pod) (rate(usher_view_lists_total{%s}[$__rate_interval]))",
              "{{pod}}"),
          new Panel(
              "Watches that are begun",
              "reqps",
              "sum by (pod) (rate(usher_view_watches_total{%s}[$__rate_interval]))",
              "{{pod}}"),
          new Panel(
              "Lists and watches that fail",
              "reqps",
              "sum by (pod) (rate(usher_view_failures_total{%s}[$__rate_interval]))",
              "{{pod}}"),
          new Panel(
              "Live reads that the API server is asked for",
              "reqps",
              "sum by (pod) (rate(usher_live_misses_total{%s}[$__rate_interval]))",
              "{{pod}}"),
          new Panel(
              "Live reads that fail",
              "reqps",
              "sum by (pod) (rate(usher_live_errors_total{%s}[$__rate_interval]))",
              "{{pod}}"),
          new Panel(
              "Live read duration, 99 of 100",
              "s",
              "histogram_quantile(0.99, sum by (pod, le)"
                  + " (rate(usher_live_duration_seconds_bucket{%s}[$__rate_interval])))",
              "{{pod}}"));

  private ViewMonitoring() {}
}
