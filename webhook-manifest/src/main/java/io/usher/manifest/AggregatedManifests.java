package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.webhook.declaration.DnsName;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Everything that it takes to run an API server behind kube-apiserver: folder {@code server}, or
 * {@code server-etcd} in its place, and folder {@code register} with the APIServices, which is
 * applied last and removed first. Folder {@code flow-control} is for who runs the cluster to opt
 * in.
 */
public final class AggregatedManifests {

  /** Objects in a file have one writer: one replica, which ends before the next begins. */
  private static final String SERVER =
      """
      apiVersion: v1
      kind: Namespace
      metadata:
        name: SPACE
        labels:
          pod-security.kubernetes.io/enforce: restricted
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata:
        name: NAME
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME
      automountServiceAccountToken: false
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata:
        name: NAME-auth-delegator
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
        name: NAME-auth-reader
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
      kind: ClusterRole
      metadata:
        name: NAME
        labels:
          app.kubernetes.io/name: NAME
      rules:
      - apiGroups:
        - ""
        resources:
        - namespaces
        verbs:
        - get
        - list
        - watch
      - apiGroups:
        - admissionregistration.k8s.io
        resources:
        - mutatingadmissionpolicies
        - mutatingadmissionpolicybindings
        - mutatingwebhookconfigurations
        - validatingadmissionpolicies
        - validatingadmissionpolicybindings
        - validatingwebhookconfigurations
        verbs:
        - list
        - watch
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata:
        name: NAME
        labels:
          app.kubernetes.io/name: NAME
      roleRef:
        apiGroup: rbac.authorization.k8s.io
        kind: ClusterRole
        name: NAME
      subjects:
      - kind: ServiceAccount
        name: NAME
        namespace: SPACE
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata:
        name: NAME
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME
      spec:
        accessModes:
        - ReadWriteOnce
        resources:
          requests:
            storage: 1Gi
      ---
      apiVersion: v1
      kind: Service
      metadata:
        name: NAME
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME
      spec:
        ports:
        - name: https
          port: 443
          targetPort: https
        selector:
          app.kubernetes.io/name: NAME
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: NAME
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME
      spec:
        replicas: 1
        revisionHistoryLimit: 3
        selector:
          matchLabels:
            app.kubernetes.io/name: NAME
        strategy:
          type: Recreate
        template:
          metadata:
            labels:
              app.kubernetes.io/name: NAME
          spec:
            automountServiceAccountToken: true
            containers:
            - name: apiserver
              image: IMAGE
              imagePullPolicy: IfNotPresent
              livenessProbe:
                failureThreshold: 3
                httpGet:
                  path: /livez
                  port: https
                  scheme: HTTPS
                periodSeconds: 10
                timeoutSeconds: 5
              ports:
              - name: https
                containerPort: 8443
              readinessProbe:
                failureThreshold: 1
                httpGet:
                  path: /readyz
                  port: https
                  scheme: HTTPS
                periodSeconds: 5
                timeoutSeconds: 5
              resources:
                limits:
                  memory: 512Mi
                requests:
                  cpu: 100m
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
                  port: https
                  scheme: HTTPS
                periodSeconds: 1
                timeoutSeconds: 5
              volumeMounts:
              - name: data
                mountPath: /var/lib/NAME
              - name: tls
                mountPath: /etc/usher/tls
                readOnly: true
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
            serviceAccountName: NAME
            terminationGracePeriodSeconds: 30
            volumes:
            - name: data
              persistentVolumeClaim:
                claimName: NAME
            - name: tls
              secret:
                secretName: NAME-tls
            - name: tmp
              emptyDir:
                sizeLimit: 64Mi
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: NAME
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME
      spec:
        ingress:
        - ports:
          - port: 8443
            protocol: TCP
        podSelector:
          matchLabels:
            app.kubernetes.io/name: NAME
        policyTypes:
        - Ingress
      """;

  /**
   * Over {@link #SERVER}: two replicas on one etcd, and no volume. A restart would not bring etcd
   * back: its absence ends readiness and not life. A replica sleeps before it ends, and still
   * serves, until every kube-proxy has heard of it; then it sends its clients to the other one.
   */
  private static final String ON_ETCD =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: NAME
        namespace: SPACE
      spec:
        replicas: 2
        strategy:
          type: RollingUpdate
          rollingUpdate:
            maxSurge: 1
            maxUnavailable: 0
        template:
          spec:
            containers:
            - name: apiserver
              args:
              - https://etcd.SPACE.svc:2379
              - /etc/usher/etcd
              lifecycle:
                preStop:
                  sleep:
                    seconds: 5
              livenessProbe:
                httpGet:
                  path: /livez?exclude=storage
              startupProbe:
                httpGet:
                  path: /livez?exclude=storage
              volumeMounts:
              - mountPath: /var/lib/NAME
                $patch: delete
              - name: etcd
                mountPath: /etc/usher/etcd
                readOnly: true
            topologySpreadConstraints:
            - labelSelector:
                matchLabels:
                  app.kubernetes.io/name: NAME
              maxSkew: 1
              topologyKey: kubernetes.io/hostname
              whenUnsatisfiable: ScheduleAnyway
            volumes:
            - name: data
              $patch: delete
            - name: etcd
              secret:
                secretName: NAME-etcd
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata:
        name: NAME
        namespace: SPACE
      $patch: delete
      """;

  private static final String KEPT_UP =
      """
      apiVersion: policy/v1
      kind: PodDisruptionBudget
      metadata:
        name: NAME
        namespace: SPACE
        labels:
          app.kubernetes.io/name: NAME
      spec:
        maxUnavailable: 1
        selector:
          matchLabels:
            app.kubernetes.io/name: NAME
      """;

  private static final String API_SERVICE =
      """
      apiVersion: apiregistration.k8s.io/v1
      kind: APIService
      metadata:
        name: VERSION.GROUP
      spec:
        group: GROUP
        groupPriorityMinimum: 1000
        service:
          name: NAME
          namespace: SPACE
          port: 443
        version: VERSION
        versionPriority: PRIORITY
      """;

  private AggregatedManifests() {}

  /**
   * Makes all files; the same input gives the same bytes.
   *
   * @param installation its image has the server as its entry point; rules and arguments are not
   *     used
   * @param group the API group, {@code example.com}
   * @param versions the preferred one first
   */
  public static ManifestFiles generate(
      Installation installation, String group, List<String> versions) {
    if (!DnsName.isSubdomain(group) || !group.contains(".")) {
      throw new IllegalArgumentException(
          "group \"%s\": it must be a DNS name of two labels or more".formatted(group));
    }
    var certificates = new CertificateObjects(installation);
    var files = new ManifestFiles();
    folder(
        files,
        "server",
        Stream.concat(parsed(installation, SERVER).stream(), certificates.all().stream()).toList());
    onEtcd(files, installation);
    var services = new ArrayList<ObjectNode>();
    for (String version : versions) {
      int priority = 10 * (versions.size() - services.size());
      String text =
          API_SERVICE
              .replace("VERSION", version)
              .replace("GROUP", group)
              .replace("PRIORITY", Integer.toString(priority));
      parsed(installation, text).forEach(each -> services.add(certificates.injectedInto(each)));
    }
    folder(files, "register", services);
    folder(files, "flow-control", FlowControlObjects.ofServer(installation));
    return files;
  }

  private static List<ObjectNode> parsed(Installation installation, String text) {
    return Stream.of(
            text.replace("NAME", installation.name())
                .replace("SPACE", installation.namespace())
                .replace("IMAGE", installation.image())
                .split("---\n"))
        .map(KubernetesYaml::parse)
        .toList();
  }

  /** Patches of the server's folder, so that one file says what differs. */
  private static void onEtcd(ManifestFiles files, Installation installation) {
    files.put("server-etcd/patches.yaml", KubernetesYaml.write(parsed(installation, ON_ETCD)));
    files.put("server-etcd/disruptions.yaml", KubernetesYaml.write(parsed(installation, KEPT_UP)));
    files.put(
        "server-etcd/kustomization.yaml",
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources:
        - ../server
        - disruptions.yaml
        patches:
        - path: patches.yaml
        """);
  }

  private static void folder(ManifestFiles files, String folder, List<ObjectNode> objects) {
    files.put(folder + '/' + folder + ".yaml", KubernetesYaml.write(objects));
    files.put(
        folder + "/kustomization.yaml",
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources:
        - %s.yaml
        """
            .formatted(folder));
  }
}
