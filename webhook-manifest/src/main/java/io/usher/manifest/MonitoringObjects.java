package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.List;

/** What the Prometheus operator and Grafana read: where the metrics are, and what they mean. */
final class MonitoringObjects {

  private static final String HEAD =
      """
      apiVersion: monitoring.coreos.com/v1
      kind: %1$s
      metadata:
        name: %2$s
        namespace: %3$s
        labels:
          app.kubernetes.io/name: %2$s
      """;

  /**
   * One alert.
   *
   * @param since how long it must hold
   */
  private record Alert(
      String name, String expression, String since, String severity, String text) {}

  private final Installation installation;

  MonitoringObjects(Installation installation) {
    this.installation = installation;
  }

  /** Where to find the metrics, when to call someone, and a dashboard. */
  List<ObjectNode> all() {
    return List.of(serviceMonitor(), alertRules(), dashboard());
  }

  private ObjectNode serviceMonitor() {
    return object(
        "ServiceMonitor",
        """
        spec:
          selector:
            matchLabels:
              app.kubernetes.io/name: %s
          endpoints:
          - port: %s
            path: /metrics
            interval: 30s
        """
            .formatted(installation.name(), ServerDeployment.HEALTH));
  }

  private ObjectNode alertRules() {
    ObjectNode object =
        object("PrometheusRule", "spec:\n  groups:\n  - name: %s\n".formatted(installation.name()));
    ArrayNode rules = ((ObjectNode) object.at("/spec/groups/0")).putArray("rules");
    alerts().forEach(alert -> add(alert, rules));
    return object;
  }

  private void add(Alert alert, ArrayNode rules) {
    ObjectNode rule = rules.addObject();
    rule.put("alert", alert.name());
    rule.put("expr", alert.expression().formatted(installation.metricSelector()));
    rule.put("for", alert.since());
    rule.putObject("labels").put("severity", alert.severity());
    rule.putObject("annotations").put("summary", alert.text());
  }

  private static List<Alert> alerts() {
    return List.of(
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
                + " credential-grace nobody can call with what was in it."),
        new Alert(
            "UsherViewOld",
            "max by (resource) (usher_view_age_seconds{%1$s}) > 90",
            "1m",
            "warning",
            "What the rules see of {{ $labels.resource }} is {{ $value | humanizeDuration }} old;"
                + " above max-staleness (150s) their reviews fail. The log says why."),
        new Alert(
            "UsherViewNotSynced",
            "min by (pod, resource) (usher_view_synced{%1$s}) == 0",
            "5m",
            "critical",
            "{{ $labels.pod }} has not read {{ $labels.resource }} since it started, and is not"
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
            "Rules that ask the API server itself get no answer in time, or are refused."));
  }

  private ObjectNode dashboard() {
    return KubernetesYaml.tree(
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(installation.name() + "-dashboard")
            .withNamespace(installation.namespace())
            .addToLabels(installation.selector())
            // what Grafana's sidecar looks for
            .addToLabels("grafana_dashboard", "1")
            .endMetadata()
            .addToData(installation.name() + ".json", new GrafanaDashboard(installation).json())
            .build());
  }

  private ObjectNode object(String kind, String spec) {
    return KubernetesYaml.parse(
        HEAD.formatted(kind, installation.name(), installation.namespace()) + spec);
  }
}
