package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.usher.manifest.GrafanaDashboard.Panel;
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

  private final String name;
  private final String namespace;
  private final List<List<Alert>> alerts;
  private final List<List<Panel>> panels;

  /**
   * Of one process.
   *
   * @param name of its Service, and of each of these objects
   */
  MonitoringObjects(
      String name, String namespace, List<List<Alert>> alerts, List<List<Panel>> panels) {
    this.name = name;
    this.namespace = namespace;
    this.alerts = alerts;
    this.panels = panels;
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
            .formatted(name, ServerDeployment.HEALTH));
  }

  private ObjectNode alertRules() {
    ObjectNode object =
        object("PrometheusRule", "spec:\n  groups:\n  - name: %s\n".formatted(name));
    ArrayNode rules = ((ObjectNode) object.at("/spec/groups/0")).putArray("rules");
    alerts.forEach(some -> some.forEach(alert -> add(alert, rules)));
    return object;
  }

  private void add(Alert alert, ArrayNode rules) {
    ObjectNode rule = rules.addObject();
    rule.put("alert", alert.name());
    rule.put("expr", alert.expression().formatted(selector()));
    rule.put("for", alert.since());
    rule.putObject("labels").put("severity", alert.severity());
    rule.putObject("annotations").put("summary", alert.text());
  }

  /** Its metrics, as the ServiceMonitor labels them. */
  private String selector() {
    return "namespace=\"%s\",job=\"%s\"".formatted(namespace, name);
  }

  private ObjectNode dashboard() {
    return KubernetesYaml.tree(
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(name + "-dashboard")
            .withNamespace(namespace)
            .addToLabels(Installation.NAME_LABEL, name)
            // what Grafana's sidecar looks for
            .addToLabels("grafana_dashboard", "1")
            .endMetadata()
            .addToData(name + ".json", new GrafanaDashboard(name, selector(), panels).json())
            .build());
  }

  private ObjectNode object(String kind, String spec) {
    return KubernetesYaml.parse(HEAD.formatted(kind, name, namespace) + spec);
  }
}
