package io.usher.apiserver.authz;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What a user may do: the status of a SelfSubjectRulesReview.
 *
 * @param rules each about resources, or about paths
 * @param incomplete whether the user may be allowed more than that
 * @param evaluationError what went wrong while looking, or empty
 */
public record SubjectRules(List<PolicyRule> rules, boolean incomplete, String evaluationError) {

  public SubjectRules {
    rules = List.copyOf(rules);
  }

  /** These rules and no others. */
  public static SubjectRules of(List<PolicyRule> rules) {
    return new SubjectRules(rules, false, "");
  }

  /** The {@code SubjectRulesReviewStatus} of authorization.k8s.io/v1. */
  public ObjectNode toJson() {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    var resourceRules = status.putArray("resourceRules");
    var nonResourceRules = status.putArray("nonResourceRules");
    for (PolicyRule rule : rules) {
      if (!rule.resources().isEmpty()) {
        ObjectNode json = resourceRules.addObject();
        put(json, "verbs", rule.verbs());
        put(json, "apiGroups", rule.apiGroups());
        put(json, "resources", rule.resources());
        if (!rule.resourceNames().isEmpty()) {
          put(json, "resourceNames", rule.resourceNames());
        }
      }
      if (!rule.nonResourceUrls().isEmpty()) {
        ObjectNode json = nonResourceRules.addObject();
        put(json, "verbs", rule.verbs());
        put(json, "nonResourceURLs", rule.nonResourceUrls());
      }
    }
    status.put("incomplete", incomplete);
    if (!evaluationError.isEmpty()) {
      status.put("evaluationError", evaluationError);
    }
    return status;
  }

  private static void put(ObjectNode json, String member, List<String> texts) {
    var array = json.putArray(member);
    texts.forEach(array::add);
  }
}
