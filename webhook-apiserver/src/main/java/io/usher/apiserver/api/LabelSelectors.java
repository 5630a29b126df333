package io.usher.apiserver.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.rule.LabelSelector;
import io.usher.rule.LabelSelector.Operator;
import io.usher.rule.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Label selectors and labels as objects write them: {@code matchLabels}, {@code matchExpressions}.
 */
public final class LabelSelectors {

  private LabelSelectors() {}

  /**
   * Reads a {@code LabelSelector} of meta/v1. An empty one selects everything.
   *
   * @throws IllegalArgumentException when an operator is unknown
   */
  public static LabelSelector of(JsonNode selector) {
    var requirements = new ArrayList<Requirement>();
    labels(selector.path("matchLabels"))
        .forEach(
            (key, value) -> requirements.add(new Requirement(key, Operator.IN, List.of(value))));
    for (JsonNode expression : selector.path("matchExpressions")) {
      var values = new ArrayList<String>();
      expression.path("values").forEach(value -> values.add(value.asText()));
      requirements.add(
          new Requirement(
              expression.path("key").asText(),
              operator(expression.path("operator").asText()),
              values));
    }
    return new LabelSelector(requirements);
  }

  /** A map of texts; empty for what is no object. */
  public static Map<String, String> labels(JsonNode node) {
    var labels = new LinkedHashMap<String, String>();
    node.properties().forEach(each -> labels.put(each.getKey(), each.getValue().asText()));
    return labels;
  }

  private static Operator operator(String spelling) {
    for (Operator each : Operator.values()) {
      if (each.value().equals(spelling)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "\"" + spelling + "\" is not a valid label selector operator");
  }
}
