package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeSet;

/** The row of a Node. */
record NodeRow(Field node) {

  private static final String ROLE_PREFIX = "node-role.kubernetes.io/";
  private static final String ROLE = "kubernetes.io/role";

  JsonNode cell(String column) {
    Field info = node.at("status.nodeInfo");
    return Cells.text(
        switch (column) {
          case "Status" -> status();
          case "Roles" -> roles();
          case "Version" -> info.text("kubeletVersion");
          case "Internal-IP" -> address("InternalIP");
          case "External-IP" -> address("ExternalIP");
          case "OS-Image" -> known(info.text("osImage"));
          case "Kernel-Version" -> kernel(info);
          default -> known(info.text("containerRuntimeVersion"));
        });
  }

  private String status() {
    String ready = "Unknown";
    for (Field condition : node.elements("status.conditions")) {
      if (condition.text("type").equals("Ready")) {
        ready = condition.text("status").equals("True") ? "Ready" : "NotReady";
      }
    }
    return node.isTrue("spec.unschedulable") ? ready + ",SchedulingDisabled" : ready;
  }

  private String roles() {
    var roles = new TreeSet<String>();
    for (Map.Entry<String, Field> label : node.at("metadata.labels").members().entrySet()) {
      if (label.getKey().startsWith(ROLE_PREFIX)) {
        roles.add(label.getKey().substring(ROLE_PREFIX.length()));
      } else if (label.getKey().equals(ROLE)) {
        roles.add(label.getValue().text());
      }
    }
    roles.remove("");
    return roles.isEmpty() ? Cells.NONE : String.join(",", roles);
  }

  private String address(String type) {
    return node.elements("status.addresses").stream()
        .filter(each -> each.text("type").equals(type))
        .map(each -> each.text("address"))
        .findFirst()
        .orElse(Cells.NONE);
  }

  private static String kernel(Field info) {
    String architecture = info.text("architecture");
    return known(info.text("kernelVersion"))
        + (architecture.isEmpty() ? "" : " (" + architecture + ')');
  }

  private static String known(String text) {
    return text.isEmpty() ? "<unknown>" : text;
  }
}
