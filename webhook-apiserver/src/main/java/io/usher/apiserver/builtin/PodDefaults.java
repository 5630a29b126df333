package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** The defaults of Pods and of Pod templates. */
final class PodDefaults {

  private static final int FILE_MODE = 0644;
  private static final List<String> PROBES =
      List.of("livenessProbe", "readinessProbe", "startupProbe");

  private PodDefaults() {}

  /** What a Pod gets, but not a template. */
  static void setPodDefaults(ObjectNode spec) {
    for (String list : List.of("containers", "initContainers")) {
      for (ObjectNode container : Defaults.objects(spec, list)) {
        requestsFromLimits(Defaults.objectIfAny(container, "resources"));
        if (spec.path("hostNetwork").asBoolean()) {
          for (ObjectNode port : Defaults.objects(container, "ports")) {
            if (port.has("containerPort")) {
              Defaults.number(port, "hostPort", port.get("containerPort").asInt());
            }
          }
        }
      }
    }
    Defaults.flag(spec, "enableServiceLinks", true);
  }

  private static void requestsFromLimits(ObjectNode resources) {
    if (resources.get("limits") instanceof ObjectNode limits) {
      ObjectNode requests = Defaults.object(resources, "requests");
      for (Map.Entry<String, JsonNode> each : limits.properties()) {
        if (!requests.has(each.getKey())) {
          requests.set(each.getKey(), each.getValue());
        }
      }
    }
  }

  /** What both get. */
  static void setSpecDefaults(ObjectNode spec) {
    Defaults.text(spec, "dnsPolicy", "ClusterFirst");
    Defaults.text(spec, "restartPolicy", "Always");
    Defaults.object(spec, "securityContext");
    Defaults.number(spec, "terminationGracePeriodSeconds", 30);
    Defaults.text(spec, "schedulerName", "default-scheduler");
    String account = spec.path("serviceAccountName").asText(spec.path("serviceAccount").asText());
    if (!account.isEmpty()) {
      spec.put("serviceAccountName", account).put("serviceAccount", account);
    }
    Defaults.objects(spec, "volumes").forEach(PodDefaults::setVolumeDefaults);
    for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
      Defaults.objects(spec, list).forEach(PodDefaults::setContainerDefaults);
    }
  }

  private static void setContainerDefaults(ObjectNode container) {
    Defaults.text(
        container,
        "imagePullPolicy",
        ImageName.defaultPullPolicy(container.path("image").asText()));
    Defaults.text(container, "terminationMessagePath", "/dev/termination-log");
    Defaults.text(container, "terminationMessagePolicy", "File");
    for (ObjectNode port : Defaults.objects(container, "ports")) {
      Defaults.text(port, "protocol", "TCP");
    }
    for (ObjectNode variable : Defaults.objects(container, "env")) {
      setFieldRefDefaults(Defaults.objectIfAny(variable, "valueFrom"));
    }
    for (String name : PROBES) {
      if (container.get(name) instanceof ObjectNode probe) {
        Defaults.number(probe, "timeoutSeconds", 1);
        Defaults.number(probe, "periodSeconds", 10);
        Defaults.number(probe, "successThreshold", 1);
        Defaults.number(probe, "failureThreshold", 3);
        setHandlerDefaults(probe);
        if (probe.get("grpc") instanceof ObjectNode grpc) {
          Defaults.text(grpc, "service", "");
        }
      }
    }
    ObjectNode lifecycle = Defaults.objectIfAny(container, "lifecycle");
    setHandlerDefaults(Defaults.objectIfAny(lifecycle, "preStop"));
    setHandlerDefaults(Defaults.objectIfAny(lifecycle, "postStart"));
  }

  private static void setHandlerDefaults(ObjectNode handler) {
    if (handler.get("httpGet") instanceof ObjectNode get) {
      Defaults.text(get, "path", "/");
      Defaults.text(get, "scheme", "HTTP");
    }
  }

  private static void setFieldRefDefaults(ObjectNode source) {
    if (source.get("fieldRef") instanceof ObjectNode field) {
      Defaults.text(field, "apiVersion", "v1");
    }
  }

  private static void setVolumeDefaults(ObjectNode volume) {
    if (volume.size() == (volume.has("name") ? 1 : 0)) {
      volume.putObject("emptyDir");
    }
    for (String kind : List.of("configMap", "secret", "downwardAPI", "projected")) {
      if (volume.get(kind) instanceof ObjectNode files) {
        Defaults.number(files, "defaultMode", FILE_MODE);
        setItemDefaults(files);
      }
    }
    if (volume.get("hostPath") instanceof ObjectNode path) {
      Defaults.text(path, "type", "");
    }
    if (volume.get("image") instanceof ObjectNode image) {
      Defaults.text(
          image, "pullPolicy", ImageName.defaultPullPolicy(image.path("reference").asText()));
    }
    ObjectNode template =
        Defaults.objectIfAny(Defaults.objectIfAny(volume, "ephemeral"), "volumeClaimTemplate");
    if (template.get("spec") instanceof ObjectNode claim) {
      PersistentVolumeClaims.setSpecDefaults(claim);
    }
    setVendorDefaults(volume);
  }

  private static void setItemDefaults(ObjectNode files) {
    Defaults.objects(files, "items").forEach(PodDefaults::setFieldRefDefaults);
    for (ObjectNode source : Defaults.objects(files, "sources")) {
      if (source.get("serviceAccountToken") instanceof ObjectNode token) {
        Defaults.number(token, "expirationSeconds", 3600);
      }
      setItemDefaults(Defaults.objectIfAny(source, "downwardAPI"));
    }
  }

  private static void setVendorDefaults(ObjectNode volume) {
    if (volume.get("iscsi") instanceof ObjectNode iscsi) {
      Defaults.text(iscsi, "iscsiInterface", "default");
    }
    if (volume.get("rbd") instanceof ObjectNode rbd) {
      Defaults.text(rbd, "pool", "rbd");
      Defaults.text(rbd, "user", "admin");
      Defaults.text(rbd, "keyring", "/etc/ceph/keyring");
    }
    if (volume.get("azureDisk") instanceof ObjectNode disk) {
      Defaults.text(disk, "cachingMode", "ReadWrite");
      Defaults.text(disk, "kind", "Shared");
      Defaults.text(disk, "fsType", "ext4");
      Defaults.flag(disk, "readOnly", false);
    }
    if (volume.get("scaleIO") instanceof ObjectNode disk) {
      Defaults.text(disk, "storageMode", "ThinProvisioned");
      Defaults.text(disk, "fsType", "xfs");
    }
  }
}
