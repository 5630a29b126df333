package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The Tables of kinds that are about the network. */
final class NetworkRows {

  private NetworkRows() {}

  static JsonNode endpoints(Field endpoints) {
    List<Field> subsets = endpoints.elements("subsets");
    var shown = new ArrayList<String>();
    for (Field subset : subsets) {
      List<Field> ports = subset.elements("ports");
      if (ports.isEmpty()) {
        subset.elements("addresses").forEach(each -> shown.add(each.text("ip")));
      }
      for (Field port : ports) {
        for (Field address : subset.elements("addresses")) {
          String ip = address.text("ip");
          shown.add((ip.contains(":") ? '[' + ip + ']' : ip) + ':' + port.text("port"));
        }
      }
    }
    return Cells.text(subsets.isEmpty() ? Cells.NONE : Cells.first(shown));
  }

  static JsonNode endpointSlice(String column, Field slice) {
    var shown = new ArrayList<String>();
    switch (column) {
      case "AddressType" -> {
        return Cells.text(slice.text("addressType"));
      }
      case "Ports" ->
          slice
              .elements("ports")
              .forEach(port -> shown.add(port.has("port") ? port.text("port") : nameOf(port)));
      default ->
          slice
              .elements("endpoints")
              .forEach(
                  endpoint ->
                      endpoint.elements("addresses").forEach(each -> shown.add(each.text())));
    }
    String first = Cells.first(shown);
    return Cells.text(first.isEmpty() ? Cells.UNSET : first);
  }

  private static String nameOf(Field port) {
    return port.has("name") ? port.text("name") : "*";
  }

  static JsonNode ingressClass(String column, Field ingressClass) {
    if (column.equals("Controller")) {
      return Cells.text(ingressClass.text("spec.controller"));
    }
    Field parameters = ingressClass.at("spec.parameters");
    if (!parameters.isSet()) {
      return Cells.text(Cells.NONE);
    }
    String group = parameters.has("apiGroup") ? '.' + parameters.text("apiGroup") : "";
    return Cells.text(parameters.text("kind") + group + '/' + parameters.text("name"));
  }

  /** What an IP address belongs to. */
  static JsonNode parent(Field parent) {
    if (!parent.isSet()) {
      return Cells.text(Cells.NONE);
    }
    String group = parent.text("group");
    String namespace = parent.text("namespace");
    return Cells.text(
        (parent.text("resource") + (group.isEmpty() ? "" : '.' + group)).toLowerCase(Locale.ROOT)
            + (namespace.isEmpty() ? "" : '/' + namespace)
            + '/'
            + parent.text("name"));
  }
}
