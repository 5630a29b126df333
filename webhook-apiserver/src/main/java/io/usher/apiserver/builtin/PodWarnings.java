package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.schema.Quantity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** What kube-apiserver warns of in Pods and templates, though it takes them. */
final class PodWarnings {

  private static final Map<String, String> DEPRECATED_VOLUMES =
      Map.of(
          "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+",
          "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+",
          "scaleIO", "deprecated in v1.16, non-functional in v1.22+",
          "flocker", "deprecated in v1.22, non-functional in v1.25+",
          "storageos", "deprecated in v1.22, non-functional in v1.25+",
          "quobyte", "deprecated in v1.22, non-functional in v1.25+",
          "glusterfs", "deprecated in v1.25, non-functional in v1.26+",
          "cephfs", "deprecated in v1.28, non-functional in v1.31+",
          "rbd", "deprecated in v1.28, non-functional in v1.31+");
  private static final Map<String, String> DEPRECATED_NODE_LABELS =
      Map.of(
          "beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
          "beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead",
          "failure-domain.beta.kubernetes.io/region",
              "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
          "failure-domain.beta.kubernetes.io/zone",
              "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
          "beta.kubernetes.io/instance-type",
              "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
          "node-role.kubernetes.io/master",
              "use \"node-role.kubernetes.io/control-plane\" instead");

  private final List<String> warnings = new ArrayList<>();

  private PodWarnings() {}

  /** Of a Pod. */
  static List<String> ofPod(ObjectNode pod) {
    var warnings = new PodWarnings();
    warnings.name(pod, "this is used in the Pod's hostname");
    warnings.spec(Field.of(pod).at("spec"));
    return warnings.warnings;
  }

  /**
   * Of an object that makes Pods.
   *
   * @param template where its template is, {@code spec.template}
   * @param named whether Pods are named after it
   */
  static List<String> ofTemplate(ObjectNode object, String template, boolean named) {
    var warnings = new PodWarnings();
    if (named) {
      warnings.name(object, "this is used in Pod names and hostnames");
    }
    warnings.spec(Field.of(object).at(template + ".spec"));
    return warnings.warnings;
  }

  private void name(ObjectNode object, String use) {
    List<String> problems = Names.label(object.at("/metadata/name").asText());
    if (!problems.isEmpty()) {
      warnings.add(
          "metadata.name: "
              + use
              + ", which can result in surprising behavior; a DNS label is recommended: ["
              + String.join(" ", problems)
              + ']');
    }
  }

  private void warn(Field field, String text) {
    warnings.add(field.path() + ": " + text);
  }

  private void spec(Field spec) {
    for (Map.Entry<String, Field> each : spec.at("nodeSelector").members().entrySet()) {
      String problem = DEPRECATED_NODE_LABELS.get(each.getKey());
      if (problem != null) {
        warn(each.getValue(), problem);
      }
    }
    for (Field volume : spec.elements("volumes")) {
      for (Map.Entry<String, String> each : DEPRECATED_VOLUMES.entrySet()) {
        if (volume.has(each.getKey())) {
          warn(volume.at(each.getKey()), each.getValue());
        }
      }
    }
    pullSecrets(spec.elements("imagePullSecrets"));
    var containers = new ArrayList<>(spec.elements("initContainers"));
    containers.addAll(spec.elements("containers"));
    containers.forEach(this::container);
    portNames(containers);
    if (spec.number("terminationGracePeriodSeconds") < 0) {
      warn(
          spec.at("terminationGracePeriodSeconds"),
          "must be >= 0; negative values are invalid and will be treated as 1");
    }
  }

  private void pullSecrets(List<Field> secrets) {
    var names = new HashSet<String>();
    for (Field secret : secrets) {
      if (!names.add(secret.text("name"))) {
        warn(secret.at("name"), "duplicate name \"" + secret.text("name") + '"');
      }
    }
    for (Field secret : secrets) {
      if (secret.text("name").isEmpty()) {
        warn(secret.at("name"), "invalid empty name \"\"");
      }
    }
  }

  private void container(Field container) {
    for (String resource : List.of("memory", "ephemeral-storage")) {
      for (String list : List.of("limits", "requests")) {
        Field quantity = container.at("resources." + list).key(resource);
        if (quantity.isSet() && Quantity.value(quantity.text()).stripTrailingZeros().scale() > 0) {
          warn(
              quantity,
              "fractional byte value \"" + quantity.text() + "\" is invalid, must be an integer");
        }
      }
    }
    var names = new HashSet<String>();
    for (Field variable : container.elements("env")) {
      String name = variable.text("name");
      String reference = "$(" + name + ')';
      String value = variable.text("value");
      boolean hides =
          variable.has("valueFrom") || value.equals(reference) || !value.contains(reference);
      if (!names.add(name) && hides) {
        warn(
            variable,
            "hides previous definition of \"" + name + "\", which may be dropped when using apply");
      }
    }
  }

  private void portNames(List<Field> containers) {
    var names = new HashMap<String, String>();
    for (Field container : containers) {
      for (Field port : container.elements("ports")) {
        String name = port.text("name");
        String other = name.isEmpty() ? null : names.putIfAbsent(name, port.path());
        if (other != null) {
          warn(
              port,
              "duplicate port name \""
                  + name
                  + "\" with "
                  + other
                  + ", services and probes that select ports by name will use "
                  + other);
        }
      }
    }
  }
}
