package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.rule.HandlerDefinition;
import io.usher.rule.HandlerDefinition.Write;
import io.usher.webhook.InitializerAccess;
import io.usher.webhook.WebhookRegistration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code usher controller} beside the server: its Deployment, and what its token may do. Where no
 * class has a handler, and objects that exist are left alone, it is nothing.
 */
final class ControllerObjects {

  /**
   * RBAC can't tell by its name a Lease that is to be created. The ports are those that API servers
   * listen on: no selector finds them. Prometheus is let in as to the server. Two replicas, as the
   * second takes over in seconds and a new Pod takes longer. A task has 10 s to end and the Lease
   * 10 s to be released, so that 30 s are enough.
   */
  private static final String OBJECTS =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata:
        name: NAME-controller
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME-controller
      automountServiceAccountToken: false
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata:
        name: NAME-controller
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME-controller
      rules:
      - apiGroups:
        - coordination.k8s.io
        resources:
        - leases
        resourceNames:
        - NAME-controller
        verbs:
        - get
        - patch
      - apiGroups:
        - coordination.k8s.io
        resources:
        - leases
        verbs:
        - create
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata:
        name: NAME-controller
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME-controller
      roleRef:
        apiGroup: rbac.authorization.k8s.io
        kind: Role
        name: NAME-controller
      subjects:
      - kind: ServiceAccount
        name: NAME-controller
        namespace: SPACE
      ---
      apiVersion: v1
      kind: Service
      metadata:
        name: NAME-controller
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME-controller
      spec:
        clusterIP: None
        ports:
        - name: health
          port: 8080
          targetPort: health
        selector:
          app.kubernetes.io/name: NAME-controller
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: NAME-controller
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME-controller
      spec:
        replicas: 2
        revisionHistoryLimit: 3
        selector:
          matchLabels:
            app.kubernetes.io/name: NAME-controller
        strategy:
          type: RollingUpdate
          rollingUpdate:
            maxSurge: 1
            maxUnavailable: 0
        template:
          metadata:
            labels:
              app.kubernetes.io/name: NAME-controller
          spec:
            automountServiceAccountToken: true
            containers:
            - name: usher
              image: IMAGE
              imagePullPolicy: IfNotPresent
              args:
              - controller
              - --rules=/usher/rules
              - --health-port=8080
              - --lease-name=NAME-controller
              livenessProbe:
                failureThreshold: 3
                httpGet:
                  path: /livez
                  port: health
                periodSeconds: 10
                timeoutSeconds: 1
              ports:
              - name: health
                containerPort: 8080
              readinessProbe:
                failureThreshold: 2
                httpGet:
                  path: /readyz
                  port: health
                periodSeconds: 5
                timeoutSeconds: 1
              resources:
                limits:
                  cpu: "2"
                  memory: 512Mi
                requests:
                  cpu: 50m
                  memory: 512Mi
              securityContext:
                allowPrivilegeEscalation: false
                capabilities:
                  drop:
                  - ALL
                readOnlyRootFilesystem: true
              startupProbe:
                failureThreshold: 120
                httpGet:
                  path: /livez
                  port: health
                periodSeconds: 1
                timeoutSeconds: 1
              volumeMounts:
              - name: tmp
                mountPath: /tmp
            enableServiceLinks: false
            securityContext:
              fsGroup: 10001
              runAsGroup: 10001
              runAsNonRoot: true
              runAsUser: 10001
              seccompProfile:
                type: RuntimeDefault
            serviceAccountName: NAME-controller
            terminationGracePeriodSeconds: 30
            topologySpreadConstraints:
            - labelSelector:
                matchLabels:
                  app.kubernetes.io/name: NAME-controller
              matchLabelKeys:
              - pod-template-hash
              maxSkew: 1
              topologyKey: kubernetes.io/hostname
              whenUnsatisfiable: ScheduleAnyway
            volumes:
            - name: tmp
              emptyDir:
                sizeLimit: 64Mi
      ---
      apiVersion: policy/v1
      kind: PodDisruptionBudget
      metadata:
        name: NAME-controller
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME-controller
      spec:
        maxUnavailable: 1
        selector:
          matchLabels:
            app.kubernetes.io/name: NAME-controller
        unhealthyPodEvictionPolicy: AlwaysAllow
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: NAME-controller
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME-controller
      spec:
        egress:
        - ports:
          - port: 443
            protocol: TCP
          - port: 6443
            protocol: TCP
          - port: 8443
            protocol: TCP
        ingress:
        - from:
          - namespaceSelector:
              matchLabels:
                kubernetes.io/metadata.name: monitoring
          ports:
          - port: health
            protocol: TCP
        podSelector:
          matchLabels:
            app.kubernetes.io/name: NAME-controller
        policyTypes:
        - Ingress
        - Egress
      """;

  private final Installation installation;
  private final Grants grants = new Grants();

  ControllerObjects(Installation installation, Collection<WebhookRegistration> webhooks) {
    this.installation = installation;
    for (WebhookRegistration webhook : webhooks) {
      webhook.handlerReads().forEach(grants::add);
      webhook.handlers().forEach(this::grantWrites);
    }
    if (installation.initialize()) {
      grantInitializer(webhooks);
    }
  }

  private void grantInitializer(Collection<WebhookRegistration> webhooks) {
    for (InitializerAccess access : InitializerAccess.of(webhooks)) {
      for (String resource : access.resources()) {
        grants.add(access.group(), resource, Set.copyOf(access.verbs()));
      }
    }
    for (WebhookRegistration webhook : webhooks) {
      webhook.initializing().reads().forEach(grants::add);
      webhook.initializing().liveReads().forEach(grants::add);
    }
  }

  private void grantWrites(HandlerDefinition handler) {
    for (Write write : handler.writes()) {
      switch (write) {
        case PATCH ->
            grants.add(
                handler.object().resource().group(),
                handler.object().resource().resource(),
                Set.of("patch"));
        case EVENT -> grants.add("events.k8s.io", "events", Set.of("create"));
      }
    }
  }

  /** Whether there is something to do for a controller. */
  boolean isNeeded() {
    return !grants.isEmpty();
  }

  /** All of them, in an order in which they can be created. */
  List<ObjectNode> all() {
    if (!isNeeded()) {
      return List.of();
    }
    List<ObjectNode> own =
        Stream.of(
                OBJECTS
                    .replace("NAME", installation.name())
                    .replace("SPACE", installation.namespace())
                    .replace("IMAGE", installation.image())
                    .split("---\n"))
            .map(KubernetesYaml::parse)
            .toList();
    own.stream()
        .filter(object -> object.path("kind").asText().equals("Deployment"))
        .forEach(this::configure);
    String name = installation.controller();
    return Stream.concat(
            own.stream(), grants.objects(name, name, installation.namespace()).stream())
        .toList();
  }

  private void configure(ObjectNode deployment) {
    var container = (ObjectNode) deployment.at("/spec/template/spec/containers/0");
    var arguments = (ArrayNode) container.get("args");
    if (installation.initialize()) {
      arguments.add("--initialize=true");
    }
    if (installation.ruleConfig() == null) {
      return;
    }
    arguments.add(ServerDeployment.RULE_CONFIG_ARGUMENT);
    ((ArrayNode) container.get("volumeMounts"))
        .addObject()
        .put("name", "rules")
        .put("mountPath", ServerDeployment.RULE_CONFIG_PATH)
        .put("readOnly", true);
    ((ArrayNode) deployment.at("/spec/template/spec/volumes"))
        .addObject()
        .put("name", "rules")
        .putObject("configMap")
        .put("name", installation.ruleConfigMap());
  }
}
