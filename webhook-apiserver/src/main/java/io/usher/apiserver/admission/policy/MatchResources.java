package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.admission.match.Rule;
import io.usher.apiserver.admission.match.WriteMatcher;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.LabelSelectors;
import io.usher.apiserver.api.ServedVersion;
import io.usher.rule.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which writes a policy or a binding is about.
 *
 * @param rules empty for all writes
 * @param excluded what it is not about, whatever the rules say
 * @param equivalent whether other versions of the same resource count
 */
record MatchResources(
    List<Rule> rules,
    List<Rule> excluded,
    boolean equivalent,
    LabelSelector namespaceSelector,
    LabelSelector objectSelector) {

  static MatchResources of(JsonNode json) {
    return new MatchResources(
        rules(json.path("resourceRules")),
        rules(json.path("excludeResourceRules")),
        !json.path("matchPolicy").asText().equals("Exact"),
        LabelSelectors.of(json.path("namespaceSelector")),
        LabelSelectors.of(json.path("objectSelector")));
  }

  private static List<Rule> rules(JsonNode json) {
    var rules = new ArrayList<Rule>();
    json.forEach(each -> rules.add(Rule.of(each)));
    return rules;
  }

  /** Whether it is about some writes of a resource; it may be about none of them. */
  boolean mayBeAbout(GroupResource resource) {
    return rules.isEmpty() || rules.stream().anyMatch(each -> each.names(resource));
  }

  /**
   * The version that it sees a write in; null where it is not about it. A failing namespace look-up
   * counts only where the rules match.
   *
   * @throws io.usher.apiserver.api.ApiException 404 when the namespace is not there
   */
  @Nullable ServedVersion match(AdmissionAttributes attributes, WriteMatcher matcher) {
    if (WriteMatcher.version(excluded, equivalent, attributes) != null) {
      return null;
    }
    ServedVersion version =
        rules.isEmpty()
            ? attributes.resource().version()
            : WriteMatcher.version(rules, equivalent, attributes);
    boolean matches =
        version != null
            && WriteMatcher.matchesObject(objectSelector, attributes)
            && matcher.matchesNamespace(namespaceSelector, attributes);
    return matches ? version : null;
  }
}
