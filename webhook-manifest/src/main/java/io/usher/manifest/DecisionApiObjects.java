package io.usher.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What {@code usher serve --api} needs beside the server: kube-apiserver must find it, it must be
 * able to ask kube-apiserver who calls and whether he may, and the replicas must reach each other.
 */
final class DecisionApiObjects {

  private static final int PORT = 8444;

  /** 128 MiB more than without: decisions, connections, and the answers on their way. */
  private static final String MEMORY = "512Mi";

  private static final String MEMORY_WITH_VIEWS = "640Mi";

  private static final String ACCESS =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata:
        name: NAME-api-auth-delegator
        labels:
          app.kubernetes.io/name: NAME
      roleRef:
        apiGroup: rbac.authorization.k8s.io
        kind: ClusterRole
        name: system:auth-delegator
      subjects:
      - kind: ServiceAccount
        name: NAME
        namespace: SPACE
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata:
        name: NAME-api-auth-reader
        namespace: kube-system
        labels:
          app.kubernetes.io/name: NAME
      roleRef:
        apiGroup: rbac.authorization.k8s.io
        kind: Role
        name: extension-apiserver-authentication-reader
      subjects:
      - kind: ServiceAccount
        name: NAME
        namespace: SPACE
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata:
        name: NAME-api
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME
      rules:
      - apiGroups:
        - discovery.k8s.io
        resources:
        - endpointslices
        verbs:
        - get
        - list
        - watch
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata:
        name: NAME-api
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME
      roleRef:
        apiGroup: rbac.authorization.k8s.io
        kind: Role
        name: NAME-api
      subjects:
      - kind: ServiceAccount
        name: NAME
        namespace: SPACE
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata:
        name: NAME-decisions-reader
        labels:
          app.kubernetes.io/name: NAME
      rules:
      - apiGroups:
        - admission.usher.io
        resources:
        - decisions
        - rules
        verbs:
        - get
        - list
        - watch
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: NAME-api
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME
      spec:
        egress:
        - ports:
          - port: 443
            protocol: TCP
          - port: 6443
            protocol: TCP
          - port: 8443
            protocol: TCP
        - ports:
          - port: PORT
            protocol: TCP
          to:
          - podSelector:
              matchLabels:
                app.kubernetes.io/name: NAME
        ingress:
        - ports:
          - port: PORT
            protocol: TCP
        podSelector:
          matchLabels:
            app.kubernetes.io/name: NAME
        policyTypes:
        - Ingress
        - Egress
      """;

  private static final String API_SERVICE =
      """
      apiVersion: apiregistration.k8s.io/v1
      kind: APIService
      metadata:
        name: v1.admission.usher.io
        labels:
          app.kubernetes.io/name: NAME
      spec:
        group: admission.usher.io
        groupPriorityMinimum: 1000
        service:
          name: NAME
          namespace: SPACE
          port: PORT
        version: v1
        versionPriority: 10
      """;

  private static final String PATCHES =
      """
      patches:
      - target:
          kind: Deployment
          name: NAME
        patch: |
          - op: add
            path: /spec/template/spec/containers/0/args/-
            value: --api=true
          - op: add
            path: /spec/template/spec/containers/0/args/-
            value: --api-port=PORT
          - op: add
            path: /spec/template/spec/containers/0/args/-
            value: --api-service=SPACE/NAME
          - op: add
            path: /spec/template/spec/containers/0/env
            value:
            - name: USHER_API_REPLICA
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
          - op: add
            path: /spec/template/spec/containers/0/ports/-
            value:
              name: api
              containerPort: PORT
          - op: replace
            path: /spec/template/spec/containers/0/resources/limits/memory
            value: MEMORY
          - op: replace
            path: /spec/template/spec/containers/0/resources/requests/memory
            value: MEMORY
          - op: replace
            path: /spec/template/spec/automountServiceAccountToken
            value: true
      - target:
          kind: Service
          name: NAME
        patch: |
          - op: add
            path: /spec/ports/-
            value:
              name: api
              port: PORT
              targetPort: api
      """;

  private final Installation installation;
  private final String memory;

  /**
   * @param reads whether rules read the cluster, too
   */
  DecisionApiObjects(Installation installation, boolean reads) {
    this.installation = installation;
    memory = reads ? MEMORY_WITH_VIEWS : MEMORY;
  }

  /** Roles and their bindings, and what may reach what. */
  List<ObjectNode> access() {
    return Stream.of(filled(ACCESS).split("---\n")).map(KubernetesYaml::parse).toList();
  }

  /** Without a CA. */
  ObjectNode apiService() {
    return KubernetesYaml.parse(filled(API_SERVICE));
  }

  /** What changes in the server's own objects, as kustomize has it. */
  String patches() {
    return filled(PATCHES);
  }

  /**
   * What the patches add to lists of the server's own objects.
   *
   * @param kind of the object
   * @return by the path of the list, which may not be there yet
   */
  Map<String, List<JsonNode>> additions(String kind) {
    var additions = new LinkedHashMap<String, List<JsonNode>>();
    for (JsonNode patch : KubernetesYaml.parse(patches()).path("patches")) {
      if (patch.at("/target/kind").asText().equals(kind)) {
        String operations = "operations:\n" + patch.path("patch").asText();
        for (JsonNode each : KubernetesYaml.parse(operations).path("operations")) {
          if (each.path("op").asText().equals("add")) {
            String path = each.path("path").asText();
            JsonNode value = each.path("value");
            List<JsonNode> list =
                additions.computeIfAbsent(path.replaceFirst("/-$", ""), key -> new ArrayList<>());
            if (path.endsWith("/-")) {
              list.add(value);
            } else {
              value.forEach(list::add);
            }
          }
        }
      }
    }
    return additions;
  }

  private String filled(String template) {
    return template
        .replace("NAME", installation.name())
        .replace("SPACE", installation.namespace())
        .replace("MEMORY", memory)
        .replace("PORT", Integer.toString(PORT));
  }
}
