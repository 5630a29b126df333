package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;

/** What the Prometheus operator reads of a controller. */
final class ControllerMonitoring {

  private static final String OBJECTS =
      """
      apiVersion: monitoring.coreos.com/v1
      kind: ServiceMonitor
      metadata:
        name: NAME
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME
      spec:
        selector:
          matchLabels:
            app.kubernetes.io/name: NAME
        endpoints:
        - port: health
          path: /metrics
          interval: 30s
      ---
      apiVersion: monitoring.coreos.com/v1
      kind: PrometheusRule
      metadata:
        name: NAME
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME
      spec:
        groups:
        - name: NAME
          rules:
          - alert: UsherControllerIdle
            expr: absent(usher_leader{namespace="SPACE",job="NAME"} == 1)
            for: 5m
            labels:
              severity: warning
            annotations:
              summary: No replica of NAME holds the Lease, so no handler runs; the log says why.
          - alert: UsherControllerFlaps
            expr: sum(increase(usher_leader_terms_total{namespace="SPACE",job="NAME"}[1h])) > 6
            for: 10m
            labels:
              severity: warning
            annotations:
              summary: The Lease of NAME changes hands often; is the API server slow, or a task failing?
      """;

  private final Installation installation;

  ControllerMonitoring(Installation installation) {
    this.installation = installation;
  }

  List<ObjectNode> all() {
    return Stream.of(
            OBJECTS
                .replace("NAME", installation.controller())
                .replace("SPACE", installation.namespace())
                .split("---\n"))
        .map(KubernetesYaml::parse)
        .toList();
  }
}
