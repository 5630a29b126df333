package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The defaults of the kinds that have no class of their own, where clients show them. */
final class PlainDefaults {

  private PlainDefaults() {}

  /**
   * Sets what is absent and has a default.
   *
   * @param resource the plural and the group, {@code storageclasses.storage.k8s.io}
   */
  static void set(String resource, ObjectNode object) {
    switch (resource) {
      case "csidrivers.storage.k8s.io" -> {
        ObjectNode spec = Defaults.object(object, "spec");
        Defaults.flag(spec, "attachRequired", true);
        for (String flag :
            List.of("podInfoOnMount", "storageCapacity", "requiresRepublish", "seLinuxMount")) {
          Defaults.flag(spec, flag, false);
        }
        Defaults.text(spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
        if (spec.path("volumeLifecycleModes").isEmpty()) {
          spec.putArray("volumeLifecycleModes").add("Persistent");
        }
      }
      case "mutatingadmissionpolicies.admissionregistration.k8s.io",
          "validatingadmissionpolicies.admissionregistration.k8s.io" -> {
        ObjectNode spec = Defaults.object(object, "spec");
        Defaults.text(spec, "failurePolicy", "Fail");
        setMatchDefaults(spec, "matchConstraints");
      }
      case "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
          "validatingadmissionpolicybindings.admissionregistration.k8s.io" ->
          setMatchDefaults(Defaults.object(object, "spec"), "matchResources");
      case "endpoints" -> Defaults.objects(object, "subsets").forEach(PlainDefaults::setProtocols);
      case "networkpolicies.networking.k8s.io" -> {
        ObjectNode spec = Defaults.objectIfAny(object, "spec");
        Defaults.objects(spec, "ingress").forEach(PlainDefaults::setProtocols);
        Defaults.objects(spec, "egress").forEach(PlainDefaults::setProtocols);
      }
      case "persistentvolumes" -> {
        ObjectNode spec = Defaults.object(object, "spec");
        Defaults.text(spec, "persistentVolumeReclaimPolicy", "Retain");
        Defaults.text(spec, "volumeMode", "Filesystem");
        if (spec.get("hostPath") instanceof ObjectNode path) {
          Defaults.text(path, "type", "");
        }
      }
      case "resourceclaimtemplates.resource.k8s.io" ->
          setDeviceRequests(Defaults.object(Defaults.object(object, "spec"), "spec"));
      case "storageclasses.storage.k8s.io" -> {
        Defaults.text(object, "reclaimPolicy", "Delete");
        Defaults.text(object, "volumeBindingMode", "Immediate");
      }
      default -> {
        // nothing that a client shows
      }
    }
  }

  /** The defaults of a {@code MatchResources} that is there. */
  private static void setMatchDefaults(ObjectNode spec, String member) {
    if (spec.get(member) instanceof ObjectNode match) {
      Defaults.text(match, "matchPolicy", "Equivalent");
      Defaults.object(match, "namespaceSelector");
      Defaults.object(match, "objectSelector");
      for (String rules : List.of("resourceRules", "excludeResourceRules")) {
        Defaults.objects(match, rules).forEach(rule -> Defaults.text(rule, "scope", "*"));
      }
    }
  }

  /** Sets them in the {@code spec} of a ResourceClaim. */
  static void setDeviceRequests(ObjectNode spec) {
    ObjectNode devices = Defaults.objectIfAny(spec, "devices");
    for (ObjectNode request : Defaults.objects(devices, "requests")) {
      var alternatives = Defaults.objects(request, "firstAvailable");
      if (request.get("exactly") instanceof ObjectNode exactly) {
        alternatives.add(exactly);
      }
      for (ObjectNode each : alternatives) {
        Defaults.text(each, "allocationMode", "ExactCount");
        if (each.path("allocationMode").asText().equals("ExactCount")) {
          Defaults.number(each, "count", 1);
        }
        Defaults.objects(each, "tolerations")
            .forEach(toleration -> Defaults.text(toleration, "operator", "Equal"));
      }
    }
  }

  private static void setProtocols(ObjectNode owner) {
    Defaults.objects(owner, "ports").forEach(port -> Defaults.text(port, "protocol", "TCP"));
  }
}
