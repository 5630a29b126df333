package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ObjectNames;
import io.usher.apiserver.api.SelectableField;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Services. Cluster IPs (10.96.0.0/16) and node ports are drawn at random when nobody asks for one:
 * nothing routes to them here.
 */
final class Services implements BuiltInKind {

  private static final List<String> TYPES =
      List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
  private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
  private static final List<String> POLICIES = List.of("Cluster", "Local");
  private static final String LOAD_BALANCER_ONLY = "may only be used when `type` is 'LoadBalancer'";
  private static final String MAY_NOT_CHANGE = "may not change once set";
  private static final int FIRST_NODE_PORT = 30000;
  private static final int NODE_PORTS = 2768;
  private static final int MAX_AFFINITY = 86400;
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
    if (isExternal(spec, type)) {
      Defaults.text(spec, "externalTrafficPolicy", "Cluster");
    }
    if (TYPES.contains(type) && !type.equals("ExternalName")) {
      Defaults.text(spec, "internalTrafficPolicy", "Cluster");
    }
    if (type.equals("LoadBalancer")) {
      Defaults.flag(spec, "allocateLoadBalancerNodePorts", true);
    }
  }

  private static boolean isExternal(JsonNode spec, String type) {
    return type.equals("LoadBalancer")
        || type.equals("NodePort")
        || type.equals("ClusterIP") && !spec.path("externalIPs").isEmpty();
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
    if (type.equals("ExternalName") || !TYPES.contains(type)) {
      return;
    }
    if (!spec.has("clusterIP")) {
      String ip = "10.96." + (1 + random.nextInt(254)) + '.' + (1 + random.nextInt(254));
      spec.put("clusterIP", ip).putArray("clusterIPs").add(ip);
    }
    if (!spec.has("ipFamilies")) {
      spec.putArray("ipFamilies").add("IPv4");
    }
    Defaults.text(spec, "ipFamilyPolicy", "SingleStack");
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
    check(Field.of(object).at("spec"), errors);
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
    check(spec, errors);
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

  private static void check(Field spec, Errors errors) {
    String type = spec.text("type");
    boolean headless =
        spec.at("clusterIPs").node().size() == 1 && spec.text("clusterIP").equals("None");
    if (spec.at("ports").node().isEmpty() && !headless && !type.equals("ExternalName")) {
      errors.required(spec.at("ports"));
    }
    if (headless && (type.equals("LoadBalancer") || type.equals("NodePort"))) {
      errors.invalid(
          spec.elements("clusterIPs").get(0), "may not be set to 'None' for " + type + " services");
    }
    if (type.equals("ExternalName")) {
      checkExternalName(spec, errors);
    }
    List<Field> ports = spec.elements("ports");
    var names = new HashSet<String>();
    ports.forEach(port -> checkPort(port, ports.size() > 1, names, errors));
    Names.labels(spec.at("selector"), errors);
    errors.requireIn(spec.at("sessionAffinity"), List.of("ClientIP", "None"));
    if (spec.text("sessionAffinity").equals("ClientIP")) {
      Field seconds = spec.at("sessionAffinityConfig.clientIP.timeoutSeconds");
      if (seconds.number() <= 0 || seconds.number() > MAX_AFFINITY) {
        errors.invalid(seconds, "must be greater than 0 and less than " + MAX_AFFINITY);
      }
    }
    if (!type.equals("ExternalName")) {
      checkClusterIps(spec, errors);
    }
    for (Field ip : spec.elements("externalIPs")) {
      errors.invalidFor(ip, Names.ip(ip.text()));
    }
    errors.requireIn(spec.at("type"), TYPES);
    checkDuplicatePorts(type, ports, errors);
    checkLoadBalancer(spec, type, errors);
    checkTraffic(spec, type, errors);
  }

  private static void checkExternalName(Field spec, Errors errors) {
    for (String member : List.of("clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
      if (spec.has(member)) {
        errors.forbidden(spec.at(member), "may not be set for ExternalName services");
      }
    }
    Field name = spec.at("externalName");
    String text = name.text();
    String cname = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    if (cname.isEmpty()) {
      errors.required(name);
    } else {
      errors.invalidFor(name.showing(cname), Names.subdomain(cname));
    }
  }

  private static void checkPort(Field port, boolean named, Set<String> names, Errors errors) {
    Field name = port.at("name");
    if (!name.text().isEmpty()) {
      errors.invalidFor(name, Names.label(name.text()));
      if (!names.add(name.text())) {
        errors.duplicate(name);
      }
    } else if (named) {
      errors.required(name);
    }
    Names.port(port.number("port")).forEach(each -> errors.invalidNumber(port.at("port"), each));
    errors.requireIn(port.at("protocol"), PROTOCOLS);
    Names.portOrName(port.at("targetPort"), errors);
    if (port.has("appProtocol")) {
      errors.invalidFor(port.at("appProtocol"), Names.qualified(port.text("appProtocol")));
    }
  }

  private static void checkClusterIps(Field spec, Errors errors) {
    Field ips = spec.at("clusterIPs");
    String first = ips.node().path(0).asText();
    if (!spec.text("clusterIP").equals(first)) {
      errors.invalid(ips, "first value must match `clusterIP`");
    }
    for (Field family : spec.elements("ipFamilies")) {
      errors.notIn(family, List.of("IPv4", "IPv6"));
    }
    if (spec.has("ipFamilyPolicy")) {
      errors.notIn(
          spec.at("ipFamilyPolicy"), List.of("PreferDualStack", "RequireDualStack", "SingleStack"));
    }
    for (Field ip : ips.elements()) {
      if (!ip.text().equals("None")) {
        errors.invalidFor(ip, Names.ip(ip.text()));
      } else if (ips.node().size() > 1) {
        errors.invalid(ips, "'None' must be the first and only value");
      }
    }
    if (ips.node().size() > 2) {
      errors.invalid(ips, "may only hold up to 2 values");
    }
  }

  private static void checkDuplicatePorts(String type, List<Field> ports, Errors errors) {
    var nodePorts = new HashSet<String>();
    var numbers = new HashSet<String>();
    for (Field port : ports) {
      if (type.equals("ClusterIP") && port.has("nodePort")) {
        errors.forbidden(port.at("nodePort"), "may not be used when `type` is 'ClusterIP'");
      }
    }
    for (Field port : ports) {
      if (port.has("nodePort") && !nodePorts.add(port.text("protocol") + port.number("nodePort"))) {
        errors.duplicate(port.at("nodePort"));
      }
    }
    for (Field port : ports) {
      if (!numbers.add(port.text("protocol") + port.number("port"))) {
        errors.duplicate(port, internalPort(port));
      }
    }
  }

  /** The Go struct that kube-apiserver shows. */
  private static JsonNode internalPort(Field port) {
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    shown.put("Name", "").put("Protocol", port.text("protocol")).putNull("AppProtocol");
    shown.put("Port", port.number("port")).put("TargetPort", 0);
    return shown.put("NodePort", 0);
  }

  private static void checkLoadBalancer(Field spec, String type, Errors errors) {
    boolean balanced = type.equals("LoadBalancer");
    Field ranges =
        new Field("spec.LoadBalancerSourceRanges", spec.at("loadBalancerSourceRanges").node());
    if (!ranges.node().isEmpty() && !balanced) {
      errors.forbidden(ranges, LOAD_BALANCER_ONLY);
    }
    for (Field range : ranges.elements()) {
      String[] parts = range.text().strip().split("/", -1);
      boolean bits = parts.length == 2 && parts[1].matches("\\d{1,3}");
      if (!bits || !Names.ip(parts[0]).isEmpty()) {
        errors.invalid(range, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
      }
    }
    for (String member : List.of("allocateLoadBalancerNodePorts", "loadBalancerClass")) {
      if (spec.has(member) && !balanced) {
        errors.forbidden(spec.at(member), LOAD_BALANCER_ONLY);
      }
    }
    if (balanced && spec.has("loadBalancerClass")) {
      Field name = spec.at("loadBalancerClass");
      errors.invalidFor(name, Names.qualified(name.text()));
    }
  }

  private static void checkTraffic(Field spec, String type, Errors errors) {
    Field external = spec.at("externalTrafficPolicy");
    if (isExternal(spec.node(), type)) {
      errors.requireIn(external, POLICIES);
    } else if (external.isSet()) {
      errors.invalid(external, "may only be set for externally-accessible services");
    }
    Field internal = spec.at("internalTrafficPolicy");
    if (internal.isSet()) {
      errors.notIn(internal, POLICIES);
    } else if (TYPES.contains(type) && !type.equals("ExternalName")) {
      errors.required(internal);
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
      case "Cluster-IP" -> TextNode.valueOf(ip.isEmpty() ? "<none>" : ip);
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
      return type.equals("LoadBalancer") ? "<pending>" : "<none>";
    }
    return String.join(",", ips);
  }

  private static String ports(Field spec) {
    var shown = new ArrayList<String>();
    for (Field port : spec.elements("ports")) {
      String node = port.has("nodePort") ? ":" + port.number("nodePort") : "";
      shown.add(port.number("port") + node + '/' + port.text("protocol"));
    }
    return shown.isEmpty() ? "<none>" : String.join(",", shown);
  }

  @Override
  public List<SelectableField> selectableFields() {
    return List.of(SelectableField.at("spec.clusterIP"), SelectableField.at("spec.type"));
  }
}
