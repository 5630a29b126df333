package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.manifest.GrafanaDashboard.Panel;
import java.util.List;

/** How a controller is: who leads, how handlers do, and how far the Initializer has come. */
final class ControllerMonitoring {

  private static final List<Alert> ALERTS =
      List.of(
          new Alert(
              "UsherControllerIdle",
              "absent(usher_leader{%1$s} == 1)",
              "5m",
              "warning",
              "No replica holds the Lease, so no handler runs; the log says why."),
          new Alert(
              "UsherControllerFlaps",
              "sum(increase(usher_leader_terms_total{%1$s}[1h])) > 6",
              "10m",
              "warning",
              "The Lease changes hands often; is the API server slow, or a task failing?"),
          new Alert(
              "UsherHandlerFails",
              "sum by (webhook, handler) (rate(usher_handler_errors_total{%1$s}[15m])) > 0",
              "30m",
              "warning",
              "Handler {{ $labels.handler }} of {{ $labels.webhook }} fails again and again; the log"
                  + " says for which objects."),
          new Alert(
              "UsherHandlerGivesUp",
              "sum by (webhook, handler) (increase(usher_handler_given_up_total{%1$s}[1h])) > 0",
              "0m",
              "warning",
              "Handler {{ $labels.handler }} of {{ $labels.webhook }} has failed for a change so often"
                  + " that the change is dropped; the log says which."),
          new Alert(
              "UsherHandlerHangs",
              "max by (webhook, handler)"
                  + " (usher_handler_hung_threads{%1$s} > 0 or usher_handler_circuit_open{%1$s} > 0)",
              "5m",
              "warning",
              "Handler {{ $labels.handler }} of {{ $labels.webhook }} hangs, or is not called as it"
                  + " did; the log has its stack."),
          new Alert(
              "UsherHandlerLags",
              "max by (webhook, handler) (usher_handler_lag_seconds{%1$s}) > 300",
              "10m",
              "warning",
              "Objects wait {{ $value | humanizeDuration }} for handler {{ $labels.handler }} of"
                  + " {{ $labels.webhook }}: it is slower than they change."));

  private static final List<Panel> PANELS =
      List.of(
          new Panel("Who leads", "short", "sum by (pod) (usher_leader{%s})", "{{pod}}"),
          new Panel(
              "Handlers that did their work",
              "reqps",
              "sum by (handler) (rate(usher_handler_duration_seconds_count{%s}[$__rate_interval]))",
              "{{handler}}"),
          new Panel(
              "Handler duration, 99 of 100",
              "s",
              "histogram_quantile(0.99, sum by (handler, le)"
                  + " (rate(usher_handler_duration_seconds_bucket{%s}[$__rate_interval])))",
              "{{handler}}"),
          new Panel(
              "Handler errors",
              "reqps",
              "sum by (handler) (rate(usher_handler_errors_total{%s}[$__rate_interval]))",
              "{{handler}}"),
          new Panel(
              "Objects that wait for handlers",
              "short",
              "sum by (handler) (usher_handler_waiting{%s})",
              "{{handler}}"),
          new Panel(
              "How long the first of them waits",
              "s",
              "max by (handler) (usher_handler_lag_seconds{%s})",
              "{{handler}}"),
          new Panel(
              "Patches of handlers",
              "reqps",
              "sum by (handler) (rate(usher_handler_patches_total{%s}[$__rate_interval]))",
              "{{handler}}"),
          new Panel(
              "Events of handlers",
              "reqps",
              "sum by (handler) (rate(usher_handler_events_total{%s}[$__rate_interval]))",
              "{{handler}}"),
          new Panel(
              "Hung threads",
              "short",
              "sum by (pod, handler) (usher_handler_hung_threads{%s})",
              "{{pod}} {{handler}}"));

  private static final List<Alert> INITIALIZER_ALERTS =
      List.of(
          new Alert(
              "UsherInitializerFails",
              "sum(rate(usher_initializer_objects_total{%1$s,outcome=\"failed\"}[15m])) > 0",
              "30m",
              "warning",
              "Objects can't be made as the rules want them; the log says which, and why."),
          new Alert(
              "UsherInitializerUndone",
              "sum(increase(usher_initializer_objects_total{%1$s,outcome=\"undone\"}[1h])) > 0",
              "0m",
              "warning",
              "Another controller undoes what the rules want of an object; Events ChangeUndone say of"
                  + " which."));

  private static final List<Panel> INITIALIZER_PANELS =
      List.of(
          new Panel(
              "Objects that the Initializer looked at",
              "reqps",
              "sum by (outcome) (rate(usher_initializer_objects_total{%s}[$__rate_interval]))",
              "{{outcome}}"),
          new Panel(
              "Resources that the Initializer has not been through",
              "short",
              "sum by (pod) (usher_initializer_unlisted{%s})",
              "{{pod}}"),
          new Panel(
              "Objects that the Initializer tries again",
              "short",
              "sum by (pod) (usher_initializer_retrying{%s})",
              "{{pod}}"));

  private ControllerMonitoring() {}

  /** What the Prometheus operator and Grafana read of a controller. */
  static List<ObjectNode> of(Installation installation) {
    boolean initialize = installation.initialize();
    return new MonitoringObjects(
            installation.controller(),
            installation.namespace(),
            List.of(ALERTS, initialize ? INITIALIZER_ALERTS : List.of(), ViewMonitoring.ALERTS),
            List.of(PANELS, initialize ? INITIALIZER_PANELS : List.of(), ViewMonitoring.PANELS))
        .all();
  }
}
