package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.admission.match.Rule;
import io.usher.apiserver.admission.match.WriteMatcher;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.LabelSelectors;
import io.usher.rule.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which writes a policy or a binding is about.
 *
 * @param rules empty for all writes
 * @param excluded what it is not about, whatever the rules say
 * @param equivalent whether other versions count, and resources of other groups with the same
 *     objects
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

  /** Whether it is about some writes of one of these resources; it may be about none of them. */
  boolean mayBeAbout(List<GroupResource> resources) {
    return rules.isEmpty()
        || rules.stream().anyMatch(each -> resources.stream().anyMatch(each::names));
  }

  /**
   * The resource as which it sees a write; null where it is not about it. A failing namespace
   * look-up counts only where the rules match.
   *
   * @throws io.usher.apiserver.api.ApiException 404 when the namespace is not there
   */
  @Nullable ApiResource match(AdmissionAttributes attributes, WriteMatcher matcher) {
    if (matcher.resource(excluded, equivalent, attributes) != null) {
      return null;
    }
    ApiResource resource =
        rules.isEmpty() ? attributes.resource() : matcher.resource(rules, equivalent, attributes);
    boolean matches =
        resource != null
            && WriteMatcher.matchesObject(objectSelector, attributes)
            && matcher.matchesNamespace(namespaceSelector, attributes);
    return matches ? resource : null;
  }
}
