package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.TreeSet;

/** The Tables of kinds that run Pods, and of what bounds them. */
final class WorkloadRows {

  private WorkloadRows() {}

  static JsonNode replicas(String column, Field set) {
    return switch (column) {
      case "Desired" -> Cells.number(set.at("spec.replicas"));
      case "Current" -> Cells.number(set.at("status.replicas"));
      case "Ready" -> Cells.number(set.at("status.readyReplicas"));
      default -> Workloads.cell(column, set.at("spec"));
    };
  }

  static JsonNode controller(String column, Field controller) {
    return column.equals("Selector")
        ? LabelSelectors.labelsShown(controller.at("spec.selector").node())
        : replicas(column, controller);
  }

  static JsonNode template(String column, Field template) {
    return column.equals("Pod Labels")
        ? LabelSelectors.labelsShown(template.at("template.metadata.labels").node())
        : Workloads.cell(column, template);
  }

  static JsonNode revision(String column, Field revision) {
    if (column.equals("Revision")) {
      return Cells.number(revision.at("revision"));
    }
    for (Field owner : revision.elements("metadata.ownerReferences")) {
      if (owner.isTrue("controller")) {
        String version = owner.text("apiVersion");
        String group = version.contains("/") ? '.' + version.split("/")[0] : "";
        return Cells.text(
            (owner.text("kind") + group).toLowerCase(Locale.ROOT) + '/' + owner.text("name"));
      }
    }
    return Cells.text(Cells.NONE);
  }

  static JsonNode disruptionBudget(String column, Field budget) {
    return switch (column) {
      case "Min Available" -> Cells.text(budget.at("spec.minAvailable"), "N/A");
      case "Max Unavailable" -> Cells.text(budget.at("spec.maxUnavailable"), "N/A");
      default -> Cells.number(budget.at("status.disruptionsAllowed"));
    };
  }

  static JsonNode priorityClass(String column, Field priorityClass) {
    return switch (column) {
      case "Value" -> Cells.number(priorityClass.at("value"));
      case "Global-Default" -> Cells.flag(priorityClass.at("globalDefault"));
      default -> Cells.text(priorityClass.text("preemptionPolicy"));
    };
  }

  /** What is used of each resource, and how much may be. */
  static JsonNode quota(String column, Field quota) {
    Field hard = quota.at("status.hard");
    var parts = new TreeSet<String>();
    for (String resource : hard.members().keySet()) {
      if (resource.startsWith("limits.") == column.equals("Limit")) {
        Field used = quota.at("status.used").key(resource);
        parts.add(
            resource + ": " + (used.isSet() ? used.text() : "0") + '/' + hard.key(resource).text());
      }
    }
    return Cells.text(String.join(", ", parts));
  }

  static JsonNode claimState(Field claim) {
    boolean deleted = claim.has("metadata.deletionTimestamp");
    if (!claim.has("status.allocation")) {
      return Cells.text(deleted ? "deleted" : "pending");
    }
    boolean reserved = claim.at("status.reservedFor").node().size() > 0;
    return Cells.text((deleted ? "deleted," : "") + "allocated" + (reserved ? ",reserved" : ""));
  }

  static JsonNode slice(String column, Field slice) {
    return Cells.text(
        switch (column) {
          case "Node" -> slice.text("spec.nodeName");
          case "Driver" -> slice.text("spec.driver");
          default -> slice.text("spec.pool.name");
        });
  }
}
