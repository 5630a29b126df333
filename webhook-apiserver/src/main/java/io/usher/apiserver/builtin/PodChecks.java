package io.usher.apiserver.builtin;

import java.util.List;
import java.util.Set;

/** {@code PodSpec}s, of Pods and of templates. */
final class PodChecks {

  private static final List<String> RESTART_POLICIES = List.of("Always", "OnFailure", "Never");
  private static final List<String> DNS_POLICIES =
      List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
  private static final int MAX_NAME_SERVERS = 3;

  private PodChecks() {}

  /**
   * A template: its labels and spec.
   *
   * @param volumes the names of further volumes that containers may mount
   */
  static void template(Field template, Set<String> volumes, Errors errors) {
    Names.labels(
        new Field(template.path() + ".labels", template.at("metadata.labels").node()), errors);
    spec(template.at("spec"), false, volumes, errors);
    if (template.at("spec").has("ephemeralContainers")) {
      errors.forbidden(
          template.at("spec.ephemeralContainers"),
          "ephemeral containers not allowed in pod template");
    }
  }

  /**
   * A spec.
   *
   * @param ofPod whether it is a Pod's, not a template's
   * @param others the names of further volumes that containers may mount
   */
  static void spec(Field spec, boolean ofPod, Set<String> others, Errors errors) {
    Set<String> volumes = VolumeChecks.check(spec.at("volumes"), errors);
    volumes.addAll(others);
    var containers = new ContainerChecks(volumes, errors);
    containers.containers(spec.at("containers"));
    containers.initContainers(spec.at("initContainers"), spec.at("containers"));
    if (spec.isTrue("hostNetwork")) {
      hostPorts(spec, ofPod, errors);
    }
    errors.requireIn(spec.at("restartPolicy"), RESTART_POLICIES);
    errors.requireIn(spec.at("dnsPolicy"), DNS_POLICIES);
    Names.labels(spec.at("nodeSelector"), errors);
    SecurityChecks.ofPod(spec.at("securityContext"), errors);
    var scheduling = new SchedulingChecks(errors);
    scheduling.affinity(spec.at("affinity"));
    dns(spec, errors);
    for (Field gate : spec.elements("readinessGates")) {
      errors.invalidFor(gate.at("conditionType"), Names.qualified(gate.text("conditionType")));
    }
    for (Field gate : spec.elements("schedulingGates")) {
      errors.invalidFor(gate.showing(gate.text("name")), Names.qualified(gate.text("name")));
    }
    scheduling.spread(spec.at("topologySpreadConstraints"));
    name(spec.at("serviceAccountName"), errors);
    name(spec.at("nodeName"), errors);
    Field deadline = spec.at("activeDeadlineSeconds");
    if (deadline.isSet() && (deadline.number() < 1 || deadline.number() > Integer.MAX_VALUE)) {
      errors.invalid(deadline, "must be between 1 and " + Integer.MAX_VALUE + ", inclusive");
    }
    for (String member : List.of("hostname", "subdomain")) {
      if (!spec.text(member).isEmpty()) {
        errors.invalidFor(spec.at(member), Names.label(spec.text(member)));
      }
    }
    scheduling.tolerations(spec.at("tolerations"));
    for (Field alias : spec.elements("hostAliases")) {
      errors.invalidFor(alias.at("ip"), Names.ip(alias.text("ip")));
      for (Field host : alias.elements("hostnames")) {
        errors.invalidFor(host, Names.subdomain(host.text()));
      }
    }
    name(spec.at("priorityClassName"), errors);
    name(spec.at("runtimeClassName"), errors);
    if (spec.has("preemptionPolicy")) {
      errors.notIn(spec.at("preemptionPolicy"), List.of("Never", "PreemptLowerPriority"));
    }
  }

  private static void name(Field name, Errors errors) {
    if (!name.text().isEmpty()) {
      errors.invalidFor(name, Names.subdomain(name.text()));
    }
  }

  private static void hostPorts(Field spec, boolean ofPod, Errors errors) {
    for (Field container : spec.elements("containers")) {
      for (Field port : container.elements("ports")) {
        long host = port.number("hostPort");
        if ((ofPod || host != 0) && host != port.number("containerPort")) {
          errors.invalidNumber(
              port.at("hostPort"), "must match `containerPort` when `hostNetwork` is true");
        }
      }
    }
  }

  private static void dns(Field spec, Errors errors) {
    Field servers = spec.at("dnsConfig.nameservers");
    if (spec.text("dnsPolicy").equals("None")) {
      if (!spec.has("dnsConfig")) {
        errors.required(spec.at("dnsConfig"), "must provide `dnsConfig` when `dnsPolicy` is None");
      } else if (servers.node().isEmpty()) {
        errors.required(
            servers, "must provide at least one DNS nameserver when `dnsPolicy` is None");
      }
    }
    if (servers.node().size() > MAX_NAME_SERVERS) {
      errors.invalid(servers, "must not have more than " + MAX_NAME_SERVERS + " nameservers");
    }
    servers.elements().forEach(each -> errors.invalidFor(each, Names.ip(each.text())));
  }
}
