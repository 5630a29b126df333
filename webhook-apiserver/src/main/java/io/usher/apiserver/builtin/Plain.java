package io.usher.apiserver.builtin;

import io.usher.apiserver.api.GroupResource;
import java.util.Set;

/** A kind of which nothing is special but how a PUT treats it. */
record Plain(GroupResource resource) implements BuiltInKind {

  private static final Set<String> CREATED_BY_PUT =
      Set.of(
          "clusterrolebindings.rbac.authorization.k8s.io",
          "clusterroles.rbac.authorization.k8s.io",
          "endpoints",
          "events",
          "events.events.k8s.io",
          "leases.coordination.k8s.io",
          "limitranges",
          "rolebindings.rbac.authorization.k8s.io",
          "roles.rbac.authorization.k8s.io",
          "runtimeclasses.node.k8s.io");

  private static final Set<String> PUT_NEEDS_VERSION =
      Set.of(
          "csidrivers.storage.k8s.io",
          "csinodes.storage.k8s.io",
          "csistoragecapacities.storage.k8s.io",
          "leases.coordination.k8s.io",
          "mutatingadmissionpolicies.admissionregistration.k8s.io",
          "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
          "mutatingwebhookconfigurations.admissionregistration.k8s.io",
          "poddisruptionbudgets.policy",
          "runtimeclasses.node.k8s.io",
          "validatingadmissionpolicies.admissionregistration.k8s.io",
          "validatingadmissionpolicybindings.admissionregistration.k8s.io",
          "validatingwebhookconfigurations.admissionregistration.k8s.io",
          "volumeattachments.storage.k8s.io");

  private static final Set<String> RETURNED_WHEN_DELETED =
      Set.of(
          "csidrivers.storage.k8s.io",
          "csinodes.storage.k8s.io",
          "deviceclasses.resource.k8s.io",
          "persistentvolumes",
          "podtemplates",
          "resourceclaims.resource.k8s.io",
          "resourceclaimtemplates.resource.k8s.io",
          "resourcequotas",
          "resourceslices.resource.k8s.io",
          "serviceaccounts",
          "storageclasses.storage.k8s.io",
          "volumeattachments.storage.k8s.io",
          "volumeattributesclasses.storage.k8s.io");

  private static final Set<String> WITH_GENERATION =
      Set.of(
          "customresourcedefinitions.apiextensions.k8s.io",
          "deviceclasses.resource.k8s.io",
          "endpointslices.discovery.k8s.io",
          "flowschemas.flowcontrol.apiserver.k8s.io",
          "ingressclasses.networking.k8s.io",
          "mutatingadmissionpolicies.admissionregistration.k8s.io",
          "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
          "mutatingwebhookconfigurations.admissionregistration.k8s.io",
          "networkpolicies.networking.k8s.io",
          "poddisruptionbudgets.policy",
          "podtemplates",
          "priorityclasses.scheduling.k8s.io",
          "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
          "replicasets.apps",
          "replicationcontrollers",
          "resourceslices.resource.k8s.io",
          "validatingadmissionpolicies.admissionregistration.k8s.io",
          "validatingadmissionpolicybindings.admissionregistration.k8s.io",
          "validatingwebhookconfigurations.admissionregistration.k8s.io");

  @Override
  public boolean tracksGeneration() {
    return WITH_GENERATION.contains(resource.toString());
  }

  @Override
  public boolean returnsDeletedObject() {
    return RETURNED_WHEN_DELETED.contains(resource.toString());
  }

  @Override
  public boolean allowsCreateOnUpdate() {
    return CREATED_BY_PUT.contains(resource.toString());
  }

  @Override
  public boolean allowsUnconditionalUpdate() {
    return !PUT_NEEDS_VERSION.contains(resource.toString());
  }
}
