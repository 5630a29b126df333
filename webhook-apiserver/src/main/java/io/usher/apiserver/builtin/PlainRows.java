package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;

/** The Tables of the kinds that have no class of their own. */
final class PlainRows {

  private PlainRows() {}

  /**
   * A cell.
   *
   * @param resource the plural and the group, {@code leases.coordination.k8s.io}
   */
  static JsonNode cell(String resource, String column, Field object, Clock clock) {
    return switch (resource) {
      case "apiservices.apiregistration.k8s.io" -> ServerRows.apiService(column, object);
      case "componentstatuses" -> ServerRows.componentStatus(column, object);
      case "controllerrevisions.apps" -> WorkloadRows.revision(column, object);
      case "csidrivers.storage.k8s.io" -> StorageRows.driver(column, object);
      case "csinodes.storage.k8s.io" -> Cells.count(object.at("spec.drivers"));
      case "endpoints" -> NetworkRows.endpoints(object);
      case "events", "events.events.k8s.io" -> new EventRow(object, clock).cell(column);
      case "horizontalpodautoscalers.autoscaling" -> new AutoscalerRow(object).cell(column);
      case "ingressclasses.networking.k8s.io" -> NetworkRows.ingressClass(column, object);
      case "ipaddresses.networking.k8s.io" -> NetworkRows.parent(object.at("spec.parentRef"));
      case "leases.coordination.k8s.io" -> Cells.text(object.text("spec.holderIdentity"));
      case "mutatingadmissionpolicies.admissionregistration.k8s.io",
          "validatingadmissionpolicies.admissionregistration.k8s.io" ->
          AdmissionRows.policy(column, object);
      case "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
          "validatingadmissionpolicybindings.admissionregistration.k8s.io" ->
          AdmissionRows.binding(column, object);
      case "mutatingwebhookconfigurations.admissionregistration.k8s.io",
          "validatingwebhookconfigurations.admissionregistration.k8s.io" ->
          Cells.count(object.at("webhooks"));
      case "networkpolicies.networking.k8s.io" ->
          LabelSelectors.shown(object.at("spec.podSelector").node());
      case "nodes" -> new NodeRow(object).cell(column);
      case "persistentvolumes" -> StorageRows.volume(column, object);
      case "poddisruptionbudgets.policy" -> WorkloadRows.disruptionBudget(column, object);
      case "resourceslices.resource.k8s.io" -> WorkloadRows.slice(column, object);
      case "runtimeclasses.node.k8s.io" -> Cells.text(object.text("handler"));
      case "servicecidrs.networking.k8s.io" -> Cells.text(Cells.joined(object.at("spec.cidrs")));
      case "storageclasses.storage.k8s.io" -> StorageRows.storageClass(column, object);
      case "volumeattachments.storage.k8s.io" -> StorageRows.attachment(column, object);
      case "volumeattributesclasses.storage.k8s.io" -> Cells.text(object.text("driverName"));
      default -> Cells.text("");
    };
  }

  /** The cell of the column Name, which marks the default of a cluster's classes. */
  static JsonNode name(String resource, Field object) {
    String annotation =
        switch (resource) {
          case "ingressclasses.networking.k8s.io" -> "ingressclass.kubernetes.io/is-default-class";
          case "storageclasses.storage.k8s.io" -> "storageclass.kubernetes.io/is-default-class";
          default -> "";
        };
    Field metadata = object.at("metadata");
    boolean isDefault = metadata.at("annotations").key(annotation).text().equals("true");
    return Cells.text(metadata.text("name") + (isDefault ? " (default)" : ""));
  }
}
