package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.TreeMap;

/** {@code LabelSelector}s: whether they are well formed, what they select, how Tables show them. */
final class LabelSelectors {

  private LabelSelectors() {}

  static void check(Field selector, Errors errors) {
    Names.labels(selector.at("matchLabels"), errors);
    for (Field each : selector.elements("matchExpressions")) {
      boolean values = !each.at("values").node().isEmpty();
      switch (each.text("operator")) {
        case "In", "NotIn" -> {
          if (!values) {
            errors.required(
                each.at("values"), "must be specified when `operator` is 'In' or 'NotIn'");
          }
        }
        case "Exists", "DoesNotExist" -> {
          if (values) {
            errors.forbidden(
                each.at("values"),
                "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
          }
        }
        default -> errors.invalidText(each.at("operator"), "not a valid selector operator");
      }
      errors.invalidFor(each.at("key"), Names.qualified(each.text("key")));
      for (Field value : each.elements("values")) {
        errors.invalidFor(value, Names.labelValue(value.text()));
      }
    }
  }

  /** Whether its operators are those that there are, and have the values that they need. */
  static boolean isKnown(JsonNode selector) {
    for (JsonNode each : selector.path("matchExpressions")) {
      boolean values = !each.path("values").isEmpty();
      boolean known =
          switch (each.path("operator").asText()) {
            case "In", "NotIn" -> values;
            case "Exists", "DoesNotExist" -> !values;
            default -> false;
          };
      if (!known) {
        return false;
      }
    }
    return true;
  }

  static boolean isEmpty(JsonNode selector) {
    return selector.path("matchLabels").isEmpty() && selector.path("matchExpressions").isEmpty();
  }

  /** Whether the labels are those that a selector asks for. */
  static boolean matches(JsonNode selector, JsonNode labels) {
    for (Map.Entry<String, JsonNode> each : selector.path("matchLabels").properties()) {
      if (!each.getValue().equals(labels.path(each.getKey()))) {
        return false;
      }
    }
    for (JsonNode each : selector.path("matchExpressions")) {
      JsonNode value = labels.path(each.path("key").asText());
      boolean listed = contains(each.path("values"), value);
      boolean right =
          switch (each.path("operator").asText()) {
            case "In" -> listed;
            case "NotIn" -> !listed;
            case "Exists" -> !value.isMissingNode();
            case "DoesNotExist" -> value.isMissingNode();
            default -> false;
          };
      if (!right) {
        return false;
      }
    }
    return true;
  }

  private static boolean contains(JsonNode values, JsonNode value) {
    for (JsonNode each : values) {
      if (each.equals(value)) {
        return true;
      }
    }
    return false;
  }

  /** Labels as Tables show them: {@code app=web,tier=front}. */
  static JsonNode labelsShown(JsonNode labels) {
    return shown(JsonNodeFactory.instance.objectNode().set("matchLabels", labels));
  }

  /** As Tables show it: {@code app=web,tier in (a,b)}; {@code <none>} for an empty one. */
  static JsonNode shown(JsonNode selector) {
    var parts = new TreeMap<String, String>();
    selector
        .path("matchLabels")
        .properties()
        .forEach(each -> parts.put(each.getKey(), each.getKey() + '=' + each.getValue().asText()));
    for (JsonNode each : selector.path("matchExpressions")) {
      String key = each.path("key").asText();
      parts.put(key, expression(key, each));
    }
    return TextNode.valueOf(parts.isEmpty() ? Cells.NONE : String.join(",", parts.values()));
  }

  private static String expression(String key, JsonNode each) {
    var values = new TreeMap<String, Boolean>();
    if (each.path("values") instanceof ArrayNode list) {
      list.forEach(value -> values.put(value.asText(), true));
    }
    String list = '(' + String.join(",", values.keySet()) + ')';
    return switch (each.path("operator").asText()) {
      case "In" -> key + " in " + list;
      case "NotIn" -> key + " notin " + list;
      case "DoesNotExist" -> '!' + key;
      default -> key;
    };
  }
}
