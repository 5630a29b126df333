package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether the spec of a Service is right. */
final class ServiceChecks {

  static final List<String> TYPES =
      List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
  private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
  private static final List<String> POLICIES = List.of("Cluster", "Local");
  private static final String LOAD_BALANCER_ONLY = "may only be used when `type` is 'LoadBalancer'";
  private static final int MAX_AFFINITY = 86400;

  private ServiceChecks() {}

  /** Whether it is reached from outside of the cluster. */
  static boolean isExternal(JsonNode spec, String type) {
    return type.equals("LoadBalancer")
        || type.equals("NodePort")
        || type.equals("ClusterIP") && !spec.path("externalIPs").isEmpty();
  }

  static void check(Field spec, Errors errors) {
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
}
