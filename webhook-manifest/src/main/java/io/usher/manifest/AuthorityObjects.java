package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code usher authority} beside the server: the only Pod that has a token, and what it may do with
 * it. The server itself reads nothing of the cluster with its certificate coming from here, either.
 */
final class AuthorityObjects {

  /**
   * RBAC can't tell by its name a Secret that is to be created. The ports are those that API
   * servers listen on: no selector finds them. With this heap the process takes 120 MB.
   */
  private static final String OBJECTS =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata:
        name: NAME-authority
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME-authority
      automountServiceAccountToken: false
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata:
        name: NAME-authority
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME-authority
      rules:
      - apiGroups:
        - ""
        resources:
        - secrets
        resourceNames:
        - NAME-authority
        - NAME-tls
        verbs:
        - get
        - update
      - apiGroups:
        - ""
        resources:
        - secrets
        verbs:
        - create
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata:
        name: NAME-authority
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME-authority
      roleRef:
        apiGroup: rbac.authorization.k8s.io
        kind: Role
        name: NAME-authority
      subjects:
      - kind: ServiceAccount
        name: NAME-authority
        namespace: SPACE
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata:
        name: NAME-authority
        labels:
          app.kubernetes.io/name: NAME-authority
      rules:
      - apiGroups:
        - admissionregistration.k8s.io
        resources:
        - mutatingwebhookconfigurations
        - validatingwebhookconfigurations
        resourceNames:
        - NAME
        verbs:
        - get
        - patch
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata:
        name: NAME-authority
        labels:
          app.kubernetes.io/name: NAME-authority
      roleRef:
        apiGroup: rbac.authorization.k8s.io
        kind: ClusterRole
        name: NAME-authority
      subjects:
      - kind: ServiceAccount
        name: NAME-authority
        namespace: SPACE
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: NAME-authority
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME-authority
      spec:
        replicas: 1
        revisionHistoryLimit: 3
        selector:
          matchLabels:
            app.kubernetes.io/name: NAME-authority
        strategy:
          type: Recreate
        template:
          metadata:
            labels:
              app.kubernetes.io/name: NAME-authority
          spec:
            automountServiceAccountToken: true
            containers:
            - name: usher
              image: IMAGE
              imagePullPolicy: IfNotPresent
              args:
              - authority
              - --name=NAME
              - --namespace=SPACE
              - --dns=DNS
              - --health-port=8080
              env:
              - name: JAVA_TOOL_OPTIONS
                value: -Xmx48m -XX:TieredStopAtLevel=1
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
                failureThreshold: 1
                httpGet:
                  path: /readyz
                  port: health
                periodSeconds: 5
                timeoutSeconds: 1
              resources:
                limits:
                  cpu: "1"
                  memory: 160Mi
                requests:
                  cpu: 10m
                  memory: 160Mi
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
            priorityClassName: system-cluster-critical
            securityContext:
              fsGroup: 10001
              runAsGroup: 10001
              runAsNonRoot: true
              runAsUser: 10001
              seccompProfile:
                type: RuntimeDefault
            serviceAccountName: NAME-authority
            terminationGracePeriodSeconds: 10
            volumes:
            - name: tmp
              emptyDir:
                sizeLimit: 64Mi
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: NAME-authority
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME-authority
      spec:
        egress:
        - ports:
          - port: 443
            protocol: TCP
          - port: 6443
            protocol: TCP
          - port: 8443
            protocol: TCP
        podSelector:
          matchLabels:
            app.kubernetes.io/name: NAME-authority
        policyTypes:
        - Ingress
        - Egress
      """;

  private final Installation installation;
  private final List<String> definitions;

  AuthorityObjects(Installation installation) {
    this(installation, List.of());
  }

  /**
   * With CustomResourceDefinitions whose CA it keeps, too.
   *
   * @param definitions their names
   */
  AuthorityObjects(Installation installation, List<String> definitions) {
    this.installation = installation;
    this.definitions = List.copyOf(definitions);
  }

  /** All of them, in an order in which they can be created. */
  List<ObjectNode> all() {
    return Stream.of(
            OBJECTS
                .replace("NAME", installation.name())
                .replace("SPACE", installation.namespace())
                .replace("IMAGE", installation.image())
                .replace("DNS", String.join(",", installation.dnsNames()))
                .split("---\n"))
        .map(KubernetesYaml::parse)
        .map(this::withDefinitions)
        .toList();
  }

  private ObjectNode withDefinitions(ObjectNode object) {
    if (definitions.isEmpty()) {
      return object;
    }
    if (object.path("kind").asText().equals("ClusterRole")) {
      ObjectNode rule = object.withArrayProperty("rules").addObject();
      rule.putArray("apiGroups").add("apiextensions.k8s.io");
      rule.putArray("resources").add("customresourcedefinitions");
      definitions.forEach(rule.putArray("resourceNames")::add);
      rule.putArray("verbs").add("get").add("patch");
    } else if (object.path("kind").asText().equals("Deployment")) {
      ((ArrayNode) object.at("/spec/template/spec/containers/0/args"))
          .add("--definitions=" + String.join(",", definitions));
    }
    return object;
  }
}
