package io.usher.apiserver.builtin;

import java.time.Clock;
import java.util.Map;

/** The kinds with defaults and validation, by {@code plural.group}. */
final class Kinds {

  private Kinds() {}

  static Map<String, BuiltInKind> all(Clock clock) {
    return Map.ofEntries(
        Map.entry(
            "certificatesigningrequests.certificates.k8s.io",
            new CertificateSigningRequests(clock)),
        Map.entry("clusterrolebindings.rbac.authorization.k8s.io", new RoleBindings(false)),
        Map.entry("clusterroles.rbac.authorization.k8s.io", new Roles(false)),
        Map.entry("configmaps", new ConfigMaps()),
        Map.entry(
            "customresourcedefinitions.apiextensions.k8s.io", new CustomResourceDefinitions(clock)),
        Map.entry("cronjobs.batch", new CronJobs(clock)),
        Map.entry("daemonsets.apps", new DaemonSets()),
        Map.entry("deployments.apps", new Deployments()),
        Map.entry("endpointslices.discovery.k8s.io", new EndpointSlices()),
        Map.entry("flowschemas.flowcontrol.apiserver.k8s.io", new FlowSchemas()),
        Map.entry("ingresses.networking.k8s.io", new Ingresses()),
        Map.entry("jobs.batch", new Jobs(clock)),
        Map.entry("namespaces", new Namespaces()),
        Map.entry("persistentvolumeclaims", new PersistentVolumeClaims()),
        Map.entry("pods", new Pods(clock)),
        Map.entry("podtemplates", new PodTemplates()),
        Map.entry("priorityclasses.scheduling.k8s.io", new PriorityClasses()),
        Map.entry(
            "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
            new PriorityLevelConfigurations()),
        Map.entry("replicasets.apps", new ReplicaSets()),
        Map.entry("replicationcontrollers", new ReplicationControllers()),
        Map.entry("resourceclaims.resource.k8s.io", new ResourceClaims()),
        Map.entry("resourcequotas", new ResourceQuotas()),
        Map.entry("rolebindings.rbac.authorization.k8s.io", new RoleBindings(true)),
        Map.entry("roles.rbac.authorization.k8s.io", new Roles(true)),
        Map.entry("secrets", new Secrets()),
        Map.entry("serviceaccounts", new ServiceAccounts()),
        Map.entry("services", new Services()),
        Map.entry("statefulsets.apps", new StatefulSets()));
  }
}
