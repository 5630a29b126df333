package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Containers of Pods. */
final class ContainerChecks {

  private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
  private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
  private static final List<String> MESSAGE_POLICIES = List.of("File", "FallbackToLogsOnError");
  private static final Pattern VARIABLE = Pattern.compile("[ -<>-~]+");
  private static final String VARIABLE_FORM =
      "a valid environment variable name must consist only of printable ASCII characters other than"
          + " '='";
  private static final List<String> FIELDS =
      List.of(
          "metadata.name",
          "metadata.namespace",
          "metadata.uid",
          "spec.nodeName",
          "spec.serviceAccountName",
          "status.hostIP",
          "status.hostIPs",
          "status.podIP",
          "status.podIPs");
  private static final List<String> LABELED = List.of("metadata.annotations", "metadata.labels");
  private static final List<String> RESOURCES =
      List.of(
          "limits.cpu",
          "limits.ephemeral-storage",
          "limits.memory",
          "requests.cpu",
          "requests.ephemeral-storage",
          "requests.memory");
  private static final String INIT_ONLY =
      "may not be set for init containers without restartPolicy=Always";

  private final Set<String> volumes;
  private final Errors errors;

  /**
   * @param volumes the names of the Pod's volumes
   */
  ContainerChecks(Set<String> volumes, Errors errors) {
    this.volumes = volumes;
    this.errors = errors;
  }

  void containers(Field containers) {
    if (containers.node().isEmpty()) {
      errors.required(containers);
      return;
    }
    var names = new HashSet<String>();
    for (Field container : containers.elements()) {
      common(container);
      if (!names.add(container.text("name"))) {
        errors.duplicate(container.at("name"));
      }
      ProbeChecks.checkAll(container, errors);
    }
    hostPorts(containers.elements());
  }

  void initContainers(Field containers, Field regular) {
    var names = new HashSet<String>();
    regular.elements().forEach(each -> names.add(each.text("name")));
    for (Field container : containers.elements()) {
      common(container);
      if (!container.text("name").isEmpty() && !names.add(container.text("name"))) {
        errors.duplicate(container.at("name"));
      }
      hostPorts(List.of(container));
      if (container.text("restartPolicy").equals("Always")) {
        ProbeChecks.checkAll(container, errors);
        continue;
      }
      for (String member :
          List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
        if (container.has(member)) {
          errors.forbidden(container.at(member), INIT_ONLY);
        }
      }
    }
  }

  private void common(Field container) {
    Field name = container.at("name");
    if (name.text().isEmpty()) {
      errors.required(name);
    } else {
      errors.invalidFor(name, Names.label(name.text()));
    }
    errors.requireText(container.at("image"));
    errors.requireIn(container.at("terminationMessagePolicy"), MESSAGE_POLICIES);
    ports(container.at("ports"));
    container.elements("env").forEach(this::variable);
    variablesFrom(container.at("envFrom"));
    mounts(container.at("volumeMounts"));
    errors.requireIn(container.at("imagePullPolicy"), PULL_POLICIES);
    ResourceChecks.check(container.at("resources"), errors);
    SecurityChecks.ofContainer(container.at("securityContext"), errors);
  }

  private void ports(Field ports) {
    var names = new HashSet<String>();
    for (Field port : ports.elements()) {
      Field name = port.at("name");
      if (!name.text().isEmpty()) {
        List<String> problems = Names.portName(name.text());
        errors.invalidFor(name, problems);
        if (problems.isEmpty() && !names.add(name.text())) {
          errors.duplicate(name);
        }
      }
      Field number = port.at("containerPort");
      if (number.number() == 0) {
        errors.required(number);
      } else {
        Names.port(number.number()).forEach(each -> errors.invalid(number, each));
      }
      Field host = port.at("hostPort");
      if (host.number() != 0) {
        Names.port(host.number()).forEach(each -> errors.invalid(host, each));
      }
      errors.requireIn(port.at("protocol"), PROTOCOLS);
    }
  }

  private void hostPorts(List<Field> containers) {
    var taken = new HashSet<String>();
    for (Field container : containers) {
      for (Field port : container.elements("ports")) {
        if (port.number("hostPort") != 0) {
          String key =
              port.text("protocol") + '/' + port.text("hostIP") + '/' + port.number("hostPort");
          if (!taken.add(key)) {
            errors.duplicate(port.at("hostPort"), TextNode.valueOf(key));
          }
        }
      }
    }
  }

  private void variable(Field variable) {
    Field name = variable.at("name");
    if (name.text().isEmpty()) {
      errors.required(name);
    } else if (!VARIABLE.matcher(name.text()).matches()) {
      errors.invalid(name, VARIABLE_FORM);
    }
    Field source = variable.at("valueFrom");
    if (!source.isSet()) {
      return;
    }
    int sources = source.node().size();
    if (source.has("fieldRef")) {
      fieldRef(source.at("fieldRef"));
    }
    if (source.has("resourceFieldRef")) {
      resourceFieldRef(source.at("resourceFieldRef"));
    }
    for (String kind : List.of("configMapKeyRef", "secretKeyRef")) {
      if (source.has(kind)) {
        keyRef(source.at(kind));
      }
    }
    if (sources == 0) {
      errors.invalid(
          source.showing(""),
          "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef`"
              + " or `fileKeyRef`");
    } else if (!variable.text("value").isEmpty()) {
      errors.invalid(source.showing(""), "may not be specified when `value` is not empty");
    } else if (sources > 1) {
      errors.invalid(source.showing(""), "may not have more than one field specified at a time");
    }
  }

  private void fieldRef(Field reference) {
    Field path = reference.at("fieldPath");
    String text = path.text();
    int bracket = text.indexOf('[');
    String base = bracket < 0 ? text : text.substring(0, bracket);
    if (text.isEmpty()) {
      errors.required(path);
    } else if (!FIELDS.contains(base) && !LABELED.contains(base)) {
      errors.invalid(path, "error converting fieldPath: field label not supported: " + text);
    } else if (bracket < 0 && LABELED.contains(base)) {
      errors.notIn(path, FIELDS);
    }
  }

  private void resourceFieldRef(Field reference) {
    Field resource = reference.at("resource");
    String text = resource.text();
    if (text.isEmpty()) {
      errors.required(resource);
    } else if (!text.startsWith("limits.hugepages-") && !text.startsWith("requests.hugepages-")) {
      errors.notIn(resource, RESOURCES);
    }
  }

  private void keyRef(Field reference) {
    String name = reference.text("name");
    if (!name.isEmpty()) {
      errors.invalidFor(reference.at("name"), Names.subdomain(name));
    }
    Field key = reference.at("key");
    if (key.text().isEmpty()) {
      errors.required(key);
    } else {
      errors.invalidFor(key, Names.configKey(key.text()));
    }
  }

  private void variablesFrom(Field all) {
    for (Field each : all.elements()) {
      Field prefix = each.at("prefix");
      if (!prefix.text().isEmpty() && !VARIABLE.matcher(prefix.text()).matches()) {
        errors.invalid(prefix, VARIABLE_FORM);
      }
      boolean configMap = each.has("configMapRef");
      boolean secret = each.has("secretRef");
      for (String kind : List.of("configMapRef", "secretRef")) {
        if (each.has(kind)) {
          errors.requireText(each.at(kind + ".name"));
        }
      }
      if (configMap == secret) {
        errors.invalid(
            all.showing(""),
            configMap
                ? "may not have more than one field specified at a time"
                : "must specify one of: `configMapRef` or `secretRef`");
      }
    }
  }

  private void mounts(Field mounts) {
    var paths = new HashSet<String>();
    for (Field mount : mounts.elements()) {
      Field name = mount.at("name");
      errors.requireText(name);
      if (!volumes.contains(name.text())) {
        errors.notFound(name);
      }
      Field path = mount.at("mountPath");
      errors.requireText(path);
      if (!paths.add(path.text())) {
        errors.invalidText(path, "must be unique");
      }
      // these two are named without the mount's index by kube-apiserver
      for (String member : List.of("subPath", "subPathExpr")) {
        if (mount.has(member)) {
          VolumeChecks.relative(
              new Field(mounts.path() + '.' + member, mount.at(member).node()), errors);
        }
      }
      if (mount.has("subPath") && mount.has("subPathExpr")) {
        errors.invalid(mount.at("subPathExpr"), "subPathExpr and subPath are mutually exclusive");
      }
    }
  }
}
