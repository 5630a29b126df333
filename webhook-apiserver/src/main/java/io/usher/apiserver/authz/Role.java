package io.usher.apiserver.authz;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.api.LabelSelectors;
import io.usher.rule.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Role or a ClusterRole.
 *
 * @param labels by which another ClusterRole may take its rules over
 * @param rules what it allows
 * @param aggregated selects the ClusterRoles whose rules count in the place of its own; none for a
 *     role of its own rules
 */
record Role(Map<String, String> labels, List<PolicyRule> rules, List<LabelSelector> aggregated) {

  Role {
    labels = Map.copyOf(labels);
    rules = List.copyOf(rules);
    aggregated = List.copyOf(aggregated);
  }

  static Role of(JsonNode json) {
    var selectors = new ArrayList<LabelSelector>();
    for (JsonNode each : json.path("aggregationRule").path("clusterRoleSelectors")) {
      selectors.add(LabelSelectors.of(each));
    }
    return new Role(
        LabelSelectors.labels(json.path("metadata").path("labels")), rules(json), selectors);
  }

  static List<PolicyRule> rules(JsonNode json) {
    var rules = new ArrayList<PolicyRule>();
    json.path("rules").forEach(each -> rules.add(PolicyRule.of(each)));
    return rules;
  }

  boolean aggregates(Role other) {
    return aggregated.stream().anyMatch(selector -> selector.matches(other.labels));
  }
}
