package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
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
      case "endpoints" -> Defaults.objects(object, "subsets").forEach(PlainDefaults::setProtocols);
      case "endpointslices.discovery.k8s.io" -> {
        setProtocols(object);
        Defaults.objects(object, "ports").forEach(port -> Defaults.text(port, "name", ""));
      }
      case "flowschemas.flowcontrol.apiserver.k8s.io" -> {
        ObjectNode spec = Defaults.object(object, "spec");
        Defaults.number(spec, "matchingPrecedence", 1000);
      }
      case "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io" ->
          setPriorityLevel(Defaults.objectIfAny(object, "spec"));
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
      case "podtemplates" -> Workloads.setTemplateDefaults(object);
      case "priorityclasses.scheduling.k8s.io" ->
          Defaults.text(object, "preemptionPolicy", "PreemptLowerPriority");
      case "replicasets.apps", "replicationcontrollers" -> {
        ObjectNode spec = Defaults.object(object, "spec");
        Defaults.number(spec, "replicas", 1);
        Workloads.setTemplateDefaults(spec);
        ObjectNode metadata = Defaults.object(object, "metadata");
        JsonNode labels = spec.at("/template/metadata/labels");
        if (resource.equals("replicationcontrollers") && labels.isObject()) {
          if (metadata.path("labels").isEmpty()) {
            metadata.set("labels", labels.deepCopy());
          }
          if (spec.path("selector").isEmpty()) {
            spec.set("selector", labels.deepCopy());
          }
        }
      }
      case "storageclasses.storage.k8s.io" -> {
        Defaults.text(object, "reclaimPolicy", "Delete");
        Defaults.text(object, "volumeBindingMode", "Immediate");
      }
      default -> {
        // nothing that a client shows
      }
    }
  }

  private static void setPriorityLevel(ObjectNode spec) {
    for (String kind : List.of("exempt", "limited")) {
      if (spec.get(kind) instanceof ObjectNode level) {
        Defaults.number(level, "nominalConcurrencyShares", kind.equals("limited") ? 30 : 0);
        Defaults.number(level, "lendablePercent", 0);
      }
    }
    if (spec.at("/limited/limitResponse/queuing") instanceof ObjectNode queuing) {
      Defaults.number(queuing, "queues", 64);
      Defaults.number(queuing, "handSize", 8);
      Defaults.number(queuing, "queueLengthLimit", 50);
    }
  }

  private static void setProtocols(ObjectNode owner) {
    Defaults.objects(owner, "ports").forEach(port -> Defaults.text(port, "protocol", "TCP"));
  }
}
