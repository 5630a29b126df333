package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the kinds that make Pods of a template have in common. */
final class Workloads {

  private static final String MISMATCH = "`selector` does not match template `labels`";

  private Workloads() {}

  /** The defaults of a template. */
  static void setTemplateDefaults(ObjectNode spec) {
    ObjectNode template = Defaults.object(spec, "template");
    PodDefaults.setSpecDefaults(Defaults.object(template, "spec"));
  }

  /** The selector has to be there, be right and say something. */
  static void selector(Field selector, String kind, Errors errors) {
    if (!selector.isSet()) {
      errors.required(selector);
    } else {
      LabelSelectors.check(selector, errors);
      notEmpty(selector, kind, errors);
    }
  }

  static void notEmpty(Field selector, String kind, Errors errors) {
    if (selector.isSet() && LabelSelectors.isEmpty(selector.node())) {
      errors.invalid(selector, "empty selector is invalid for " + kind);
    }
  }

  /** The selector has to select the template's Pods; no selector selects nothing. */
  static void matches(Field selector, Field template, Errors errors) {
    Field labels = template.at("metadata.labels");
    if (!selector.isSet() || !LabelSelectors.matches(selector.node(), labels.node())) {
      mismatch(template, errors);
    }
  }

  /** The selector does not select the template's Pods. */
  static void mismatch(Field template, Errors errors) {
    Field labels = template.at("metadata.labels");
    errors.invalid(labels, sorted(labels.node()), MISMATCH);
  }

  /**
   * Numbers in a status.
   *
   * @param numbers those that are not negative, in the order of the message
   * @param parts of {@code replicas}, which are not more than all
   */
  static void counts(Field status, List<String> numbers, List<String> parts, Errors errors) {
    numbers.forEach(number -> errors.notNegative(status.at(number)));
    for (String part : parts) {
      if (status.number(part) > status.number("replicas")) {
        errors.invalidNumber(status.at(part), "cannot be greater than status.replicas");
      }
    }
    if (status.number("availableReplicas") > status.number("readyReplicas")) {
      errors.invalidNumber(status.at("availableReplicas"), "cannot be greater than readyReplicas");
    }
  }

  /** A map as Go shows it: by key, null when there is none. */
  static JsonNode sorted(JsonNode map) {
    if (!map.isObject()) {
      return NullNode.instance;
    }
    var members = new TreeMap<String, JsonNode>();
    for (Map.Entry<String, JsonNode> each : map.properties()) {
      members.put(each.getKey(), each.getValue());
    }
    ObjectNode sorted = JsonNodeFactory.instance.objectNode();
    sorted.setAll(members);
    return sorted;
  }

  /** A template of Pods that run for ever. */
  static void template(Field template, Set<String> volumes, String kind, Errors errors) {
    PodChecks.template(template, volumes, errors);
    forEver(template, kind, errors);
  }

  static void forEver(Field template, String kind, Errors errors) {
    errors.notIn(template.at("spec.restartPolicy"), List.of("Always"));
    if (template.at("spec").has("activeDeadlineSeconds")) {
      errors.forbidden(
          template.at("spec.activeDeadlineSeconds"),
          "activeDeadlineSeconds in " + kind + " is not Supported");
    }
  }

  /** A strategy of an unknown type as the Go struct that kube-apiserver shows. */
  static JsonNode strategyShown(Field strategy) {
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    return shown.put("Type", strategy.text("type")).putNull("RollingUpdate");
  }

  /** The cells about the template's containers, and the selector. */
  static JsonNode cell(String column, Field spec) {
    List<Field> containers = spec.elements("template.spec.containers");
    return switch (column) {
      case "Containers" -> TextNode.valueOf(joined(containers, "name"));
      case "Images" -> TextNode.valueOf(joined(containers, "image"));
      case "Selector" -> LabelSelectors.shown(spec.at("selector").node());
      default -> TextNode.valueOf("");
    };
  }

  private static String joined(List<Field> containers, String member) {
    return containers.stream().map(each -> each.text(member)).collect(Collectors.joining(","));
  }
}
