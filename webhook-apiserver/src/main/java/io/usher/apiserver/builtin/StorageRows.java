package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import java.util.stream.Collectors;

/** The Tables of kinds that are about volumes. */
final class StorageRows {

  private StorageRows() {}

  static JsonNode volume(String column, Field volume) {
    Field spec = volume.at("spec");
    return switch (column) {
      case "Capacity" -> Cells.text(spec.at("capacity.storage"), "0");
      case "Access Modes" -> Cells.text(PersistentVolumeClaims.modes(spec.at("accessModes")));
      case "Reclaim Policy" -> Cells.text(spec.text("persistentVolumeReclaimPolicy"));
      case "Status" ->
          Cells.text(
              volume.has("metadata.deletionTimestamp")
                  ? "Terminating"
                  : volume.text("status.phase"));
      case "Claim" -> {
        Field claim = spec.at("claimRef");
        yield Cells.text(claim.isSet() ? claim.text("namespace") + '/' + claim.text("name") : "");
      }
      case "StorageClass" -> Cells.text(storageClassOf(volume));
      case "VolumeAttributesClass" -> Cells.text(spec.at("volumeAttributesClassName"), Cells.UNSET);
      case "Reason" -> Cells.text(volume.text("status.reason"));
      default -> Cells.text(spec.at("volumeMode"), Cells.UNSET);
    };
  }

  /** The class, also where it is said as it was before classes were stable. */
  private static String storageClassOf(Field volume) {
    Field annotation =
        volume.at("metadata").at("annotations").key("volume.beta.kubernetes.io/storage-class");
    return annotation.isSet() ? annotation.text() : volume.text("spec.storageClassName");
  }

  static JsonNode storageClass(String column, Field storageClass) {
    return switch (column) {
      case "Provisioner" -> Cells.text(storageClass.text("provisioner"));
      case "ReclaimPolicy" -> Cells.text(storageClass.at("reclaimPolicy"), "Delete");
      case "VolumeBindingMode" -> Cells.text(storageClass.at("volumeBindingMode"), "Immediate");
      default -> Cells.flag(storageClass.at("allowVolumeExpansion"));
    };
  }

  static JsonNode driver(String column, Field driver) {
    Field spec = driver.at("spec");
    return switch (column) {
      case "AttachRequired" ->
          BooleanNode.valueOf(!spec.has("attachRequired") || spec.isTrue("attachRequired"));
      case "PodInfoOnMount" -> Cells.flag(spec.at("podInfoOnMount"));
      case "StorageCapacity" -> Cells.flag(spec.at("storageCapacity"));
      case "TokenRequests" ->
          Cells.text(
              spec.has("tokenRequests")
                  ? spec.elements("tokenRequests").stream()
                      .map(each -> each.text("audience"))
                      .collect(Collectors.joining(","))
                  : Cells.UNSET);
      case "RequiresRepublish" -> Cells.flag(spec.at("requiresRepublish"));
      default -> {
        String modes = Cells.joined(spec.at("volumeLifecycleModes"));
        yield Cells.text(modes.isEmpty() ? Cells.NONE : modes);
      }
    };
  }

  static JsonNode attachment(String column, Field attachment) {
    return switch (column) {
      case "Attacher" -> Cells.text(attachment.text("spec.attacher"));
      case "PV" -> Cells.text(attachment.text("spec.source.persistentVolumeName"));
      case "Node" -> Cells.text(attachment.text("spec.nodeName"));
      default -> Cells.flag(attachment.at("status.attached"));
    };
  }
}
