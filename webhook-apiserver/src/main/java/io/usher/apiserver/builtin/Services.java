package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ObjectNames;
import io.usher.apiserver.api.SelectableField;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Services. Cluster IPs (10.96.0.0/16) and node ports are drawn at random when nobody asks for one:
 * nothing routes to them here.
 */
final class Services implements BuiltInKind {

  private static final String MAY_NOT_CHANGE = "may not change once set";
  private static final int FIRST_NODE_PORT = 30000;
  private static final int NODE_PORTS = 2768;
  private static final int DEFAULT_AFFINITY = 10800;

  private final Random random = new Random();

  @Override
  public void setDefaults(ObjectNode object) {
    ObjectNode spec = Defaults.object(object, "spec");
    Defaults.text(spec, "sessionAffinity", "None");
    switch (spec.path("sessionAffinity").asText()) {
      case "None" -> spec.remove("sessionAffinityConfig");
      case "ClientIP" -> {
        ObjectNode client =
            Defaults.object(Defaults.object(spec, "sessionAffinityConfig"), "clientIP");
        Defaults.number(client, "timeoutSeconds", DEFAULT_AFFINITY);
      }
      default -> {
        // refused later
      }
    }
    Defaults.text(spec, "type", "ClusterIP");
    for (ObjectNode port : Defaults.objects(spec, "ports")) {
      Defaults.text(port, "protocol", "TCP");
      JsonNode target = port.path("targetPort");
      if (target.isMissingNode() || target.asText().isEmpty() || target.asText().equals("0")) {
        port.set("targetPort", IntNode.valueOf(port.path("port").asInt()));
      }
    }
    String type = spec.path("type").asText();
    if (ServiceChecks.isExternal(spec, type)) {
      Defaults.text(spec, "externalTrafficPolicy", "Cluster");
    }
    if (ServiceChecks.TYPES.contains(type) && !type.equals("ExternalName")) {
      Defaults.text(spec, "internalTrafficPolicy", "Cluster");
    }
    if (type.equals("LoadBalancer")) {
      Defaults.flag(spec, "allocateLoadBalancerNodePorts", true);
    }
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    object.putObject("status").putObject("loadBalancer");
    ObjectNode spec = Defaults.object(object, "spec");
    if (spec.has("clusterIP") && !spec.has("clusterIPs")) {
      spec.putArray("clusterIPs").add(spec.get("clusterIP"));
    }
    allocate(spec);
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old) {
    ObjectNode spec = Defaults.object(object, "spec");
    boolean external = spec.path("type").asText().equals("ExternalName");
    for (String member : List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
      JsonNode before = old.path("spec").path(member);
      if (!external && !spec.has(member) && !before.isMissingNode()) {
        spec.set(member, before.deepCopy());
      }
    }
    allocate(spec);
  }

  /** Fills in what a Service that asks for nothing gets. */
  private void allocate(ObjectNode spec) {
    String type = spec.path("type").asText();
    if (type.equals("ExternalName") || !ServiceChecks.TYPES.contains(type)) {
      return;
    }
    if (!spec.has("clusterIP")) {
      String ip = "10.96." + (1 + random.nextInt(254)) + '.' + (1 + random.nextInt(254));
      spec.put("clusterIP", ip).putArray("clusterIPs").add(ip);
    }
    boolean anywhere =
        spec.path("clusterIP").asText().equals("None") && spec.path("selector").isEmpty();
    Defaults.text(spec, "ipFamilyPolicy", anywhere ? "RequireDualStack" : "SingleStack");
    if (!spec.has("ipFamilies")) {
      ArrayNode families = spec.putArray("ipFamilies").add("IPv4");
      if (spec.path("ipFamilyPolicy").asText().equals("RequireDualStack") && anywhere) {
        families.add("IPv6");
      }
    }
    boolean nodePorts =
        type.equals("NodePort")
            || type.equals("LoadBalancer")
                && spec.path("allocateLoadBalancerNodePorts").asBoolean();
    for (ObjectNode port : Defaults.objects(spec, "ports")) {
      if (nodePorts) {
        Defaults.number(port, "nodePort", FIRST_NODE_PORT + random.nextInt(NODE_PORTS));
      }
    }
    if (type.equals("LoadBalancer")
        && spec.path("externalTrafficPolicy").asText().equals("Local")) {
      Defaults.number(spec, "healthCheckNodePort", FIRST_NODE_PORT + random.nextInt(NODE_PORTS));
    }
  }

  @Override
  public boolean allowsCreateOnUpdate() {
    return true;
  }

  @Override
  public boolean returnsDeletedObject() {
    return true;
  }

  @Override
  public boolean tracksGeneration() {
    return false;
  }

  @Override
  public List<String> validateName(String name, boolean prefix) {
    return ObjectNames.labelProblems(name, prefix);
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    ServiceChecks.check(Field.of(object).at("spec"), errors);
    return errors.list();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    Field spec = Field.of(object).at("spec");
    Field before = Field.of(old).at("spec");
    boolean wasExternal = before.text("type").equals("ExternalName");
    if (!wasExternal && !spec.text("type").equals("ExternalName")) {
      stays(spec.at("clusterIPs"), before.at("clusterIPs"), errors);
      stays(spec.at("ipFamilies"), before.at("ipFamilies"), errors);
    }
    if (spec.text("type").equals("LoadBalancer")
        && before.text("type").equals("LoadBalancer")
        && !Errors.same(
            spec.at("loadBalancerClass").node(), before.at("loadBalancerClass").node())) {
      errors.invalid(
          spec.at("loadBalancerClass"),
          spec.has("loadBalancerClass") ? spec.at("loadBalancerClass").node() : NullNode.instance,
          MAY_NOT_CHANGE);
    }
    ServiceChecks.check(spec, errors);
    return errors.list();
  }

  /** The first of a list may not become another; the second may come and go. */
  private static void stays(Field list, Field before, Errors errors) {
    if (!before.node().isEmpty() && !list.node().isEmpty()) {
      for (int i = 0; i < Math.min(list.node().size(), before.node().size()); i++) {
        if (!list.node().get(i).equals(before.node().get(i))) {
          errors.invalid(list.elements().get(i), list.node(), MAY_NOT_CHANGE);
        }
      }
    }
  }

  @Override
  public List<String> warnings(ObjectNode object) {
    return object.at("/spec/externalIPs").isEmpty()
        ? List.of()
        : List.of(
            "spec.externalIPs is deprecated and may no longer be implemented in some clusters");
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    Field spec = Field.of(object).at("spec");
    String ip = spec.at("clusterIPs").node().path(0).asText();
    return switch (column) {
      case "Type" -> TextNode.valueOf(spec.text("type"));
      case "Cluster-IP" -> TextNode.valueOf(ip.isEmpty() ? Cells.NONE : ip);
      case "External-IP" -> TextNode.valueOf(externalIp(spec, object.path("status")));
      case "Port(s)" -> TextNode.valueOf(ports(spec));
      default -> LabelSelectors.labelsShown(spec.at("selector").node());
    };
  }

  private static String externalIp(Field spec, JsonNode status) {
    var ips = new ArrayList<String>();
    String type = spec.text("type");
    if (type.equals("ExternalName")) {
      return spec.text("externalName");
    }
    if (type.equals("LoadBalancer")) {
      for (JsonNode each : status.at("/loadBalancer/ingress")) {
        ips.add(each.has("ip") ? each.path("ip").asText() : each.path("hostname").asText());
      }
    }
    spec.elements("externalIPs").forEach(each -> ips.add(each.text()));
    if (ips.isEmpty()) {
      return type.equals("LoadBalancer") ? "<pending>" : Cells.NONE;
    }
    return String.join(",", ips);
  }

  private static String ports(Field spec) {
    var shown = new ArrayList<String>();
    for (Field port : spec.elements("ports")) {
      String node = port.has("nodePort") ? ":" + port.number("nodePort") : "";
      shown.add(port.number("port") + node + '/' + port.text("protocol"));
    }
    return shown.isEmpty() ? Cells.NONE : String.join(",", shown);
  }

  @Override
  public List<SelectableField> selectableFields() {
    return List.of(SelectableField.at("spec.clusterIP"), SelectableField.at("spec.type"));
  }
}
