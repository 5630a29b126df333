package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.webhook.WebhookRegistration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * How the API server shares itself between this server, its controller, and all others. It is
 * cluster-wide, and takes a share from others: whoever runs the cluster opts in.
 */
final class FlowControlObjects {

  /**
   * Without it the requests of a ServiceAccount are in {@code workload-low}, where any workload's
   * burst delays them. What is not used of a share is lent out.
   */
  private static final String LEVEL =
      """
      apiVersion: flowcontrol.apiserver.k8s.io/v1
      kind: PriorityLevelConfiguration
      metadata:
        name: NAME
        labels:
          app.kubernetes.io/name: NAME
      spec:
        limited:
          LIMITS
          limitResponse:
            type: Queue
            queuing:
              handSize: 4
              queueLengthLimit: 50
              queues: 16
        type: Limited
      ---
      apiVersion: flowcontrol.apiserver.k8s.io/v1
      kind: FlowSchema
      metadata:
        name: NAME
        labels:
          app.kubernetes.io/name: NAME
      spec:
        matchingPrecedence: 1000
        priorityLevelConfiguration:
          name: NAME
        rules:
        - nonResourceRules:
          - nonResourceURLs:
            - "*"
            verbs:
            - "*"
          resourceRules:
          - apiGroups:
            - "*"
            clusterScope: true
            namespaces:
            - "*"
            resources:
            - "*"
            verbs:
            - "*"
          subjects:
          - kind: ServiceAccount
            serviceAccount:
              name: NAME
              namespace: SPACE
      """;

  /** A tenth of what all workloads have; reviews wait for some of its reads. */
  private static final String OF_SERVER =
      """
      nominalConcurrencyShares: 10
          lendablePercent: 100""";

  /** It never borrows: what it puts right can wait, and what others do can't. */
  private static final String OF_CONTROLLER =
      """
      nominalConcurrencyShares: 5
          borrowingLimitPercent: 0
          lendablePercent: 100""";

  /** Renewals don't wait behind the controller's own writes: it would lose its Lease. */
  private static final String LEASE =
      """
      apiVersion: flowcontrol.apiserver.k8s.io/v1
      kind: FlowSchema
      metadata:
        name: NAME-lease
        labels:
          app.kubernetes.io/name: NAME
      spec:
        matchingPrecedence: 900
        priorityLevelConfiguration:
          name: leader-election
        rules:
        - resourceRules:
          - apiGroups:
            - coordination.k8s.io
            namespaces:
            - SPACE
            resources:
            - leases
            verbs:
            - create
            - get
            - patch
          subjects:
          - kind: ServiceAccount
            serviceAccount:
              name: NAME
              namespace: SPACE
      """;

  private final Installation installation;
  private final boolean reads;
  private final boolean controls;

  FlowControlObjects(Installation installation, Collection<WebhookRegistration> webhooks) {
    this.installation = installation;
    this.reads = new ReadAccess(installation, webhooks).isNeeded();
    this.controls = new ControllerObjects(installation, webhooks).isNeeded();
  }

  /** All of them, in an order in which they can be created; none where nothing calls. */
  List<ObjectNode> all() {
    var texts = new ArrayList<String>();
    if (reads) {
      texts.add(LEVEL.replace("LIMITS", OF_SERVER).replace("NAME", installation.name()));
    }
    if (controls) {
      texts.add(
          (LEVEL.replace("LIMITS", OF_CONTROLLER) + "---\n" + LEASE)
              .replace("NAME", installation.controller()));
    }
    return texts.stream().flatMap(text -> parsed(installation, text)).toList();
  }

  /** Those of a server alone. */
  static List<ObjectNode> ofServer(Installation installation) {
    return parsed(
            installation, LEVEL.replace("LIMITS", OF_SERVER).replace("NAME", installation.name()))
        .toList();
  }

  private static Stream<ObjectNode> parsed(Installation installation, String text) {
    return Stream.of(text.replace("SPACE", installation.namespace()).split("---\n"))
        .map(KubernetesYaml::parse);
  }
}
