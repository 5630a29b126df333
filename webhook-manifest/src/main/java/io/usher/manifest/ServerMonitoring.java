package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.manifest.GrafanaDashboard.Panel;
import io.usher.webhook.WebhookRegistration;
import java.util.List;

/** How a server is: what comes in, what is decided, how long it takes, and what is wrong. */
final class ServerMonitoring {

  private static final List<Alert> ALERTS =
      List.of(
          new Alert(
              "UsherDown",
              "absent(up{%1$s} == 1)",
              "5m",
              "critical",
              "No Pod of this webhook can be asked for its metrics; its failure policies decide."),
          new Alert(
              "UsherReviewsFail",
              "sum by (webhook) (rate(usher_reviews_total{%1$s,decision=\"failed\"}[5m])) > 0",
              "5m",
              "warning",
              "Reviews of {{ $labels.webhook }} fail; its failure policy decides on the requests."),
          new Alert(
              "UsherReviewsShed",
              "sum by (webhook) (rate(usher_reviews_rejected_total{%1$s,status=\"429\"}[5m])) > 0",
              "10m",
              "warning",
              "{{ $labels.webhook }} has more reviews than it can take; add Pods or processors."),
          new Alert(
              "UsherReviewsSlow",
              "histogram_quantile(0.99, sum by (webhook, le)"
                  + " (rate(usher_review_duration_seconds_bucket{%1$s}[5m]))) > 1",
              "10m",
              "warning",
              "One of 100 reviews of {{ $labels.webhook }} takes {{ $value | humanizeDuration }}."),
          new Alert(
              "UsherRuleHangs",
              "max by (webhook, rule)"
                  + " (usher_hung_threads{%1$s} > 0 or usher_rule_circuit_open{%1$s} > 0)",
              "5m",
              "warning",
              "Rule {{ $labels.rule }} of {{ $labels.webhook }} hangs, or is not tried as it did; the"
                  + " log has its stack."),
          new Alert(
              "UsherCertificateExpires",
              "min(usher_certificate_expiry_seconds{%1$s}) - time() < 7 * 24 * 3600",
              "1h",
              "critical",
              "The webhook's certificate expires in {{ $value | humanizeDuration }}; then every call"
                  + " fails."),
          new Alert(
              "UsherCertificateRefused",
              "increase(usher_certificate_reload_failures_total{%1$s}[1h]) > 0",
              "1m",
              "warning",
              "A new certificate was bad and the old one was kept; the log says why."),
          new Alert(
              "UsherCredentialsBad",
              "max(usher_credentials_bad_files{%1$s}) > 0",
              "0m",
              "critical",
              "A file of credentials or client CAs is gone, empty or bad. After the server's"
                  + " credential-grace nobody can call with what was in it."));

  private static final List<Panel> PANELS =
      List.of(
          new Panel(
              "Reviews by decision",
              "reqps",
              "sum by (webhook, decision) (rate(usher_reviews_total{%s}[$__rate_interval]))",
              "{{webhook}} {{decision}}"),
          new Panel(
              "Reviews by kind",
              "reqps",
              "sum by (kind, operation) (rate(usher_reviews_total{%s}[$__rate_interval]))",
              "{{operation}} {{kind}}"),
          new Panel(
              "Review duration, 99 of 100",
              "s",
              "histogram_quantile(0.99, sum by (webhook, le)"
                  + " (rate(usher_review_duration_seconds_bucket{%s}[$__rate_interval])))",
              "{{webhook}}"),
          new Panel(
              "Rule duration, 99 of 100",
              "s",
              "histogram_quantile(0.99, sum by (rule, le)"
                  + " (rate(usher_rule_duration_seconds_bucket{%s}[$__rate_interval])))",
              "{{rule}}"),
          new Panel(
              "Rule errors",
              "reqps",
              "sum by (rule) (rate(usher_rule_errors_total{%s}[$__rate_interval]))",
              "{{rule}}"),
          new Panel(
              "Refused calls by status",
              "reqps",
              "sum by (webhook, status)"
                  + " (rate(usher_reviews_rejected_total{%s}[$__rate_interval]))",
              "{{webhook}} {{status}}"),
          new Panel(
              "Reviews that run", "short", "sum by (pod) (usher_reviews_in_flight{%s})", "{{pod}}"),
          new Panel(
              "Reviews that wait", "short", "sum by (pod) (usher_reviews_queued{%s})", "{{pod}}"),
          new Panel(
              "Hung threads",
              "short",
              "sum by (pod, rule) (usher_hung_threads{%s})",
              "{{pod}} {{rule}}"),
          new Panel(
              "Time until the certificate expires",
              "s",
              "min by (pod) (usher_certificate_expiry_seconds{%s}) - time()",
              "{{pod}}"));

  private ServerMonitoring() {}

  /** What the Prometheus operator and Grafana read of a server. */
  static List<ObjectNode> of(Installation installation, List<WebhookRegistration> webhooks) {
    return new MonitoringObjects(
            installation.name(),
            installation.namespace(),
            List.of(ALERTS, ViewMonitoring.ALERTS, DoorMonitoring.alerts(webhooks)),
            List.of(PANELS, ViewMonitoring.PANELS, DoorMonitoring.panels(webhooks)))
        .all();
  }
}
