package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ObjectNames;
import java.util.List;

/**
 * Roles and ClusterRoles.
 *
 * @param namespaced whether they are Roles
 */
record Roles(boolean namespaced) implements BuiltInKind {

  @Override
  public boolean tracksGeneration() {
    return false;
  }

  @Override
  public boolean allowsCreateOnUpdate() {
    return true;
  }

  @Override
  public List<String> validateName(String name, boolean prefix) {
    return ObjectNames.pathSegmentProblems(name, prefix);
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    Field role = Field.of(object);
    role.elements("rules").forEach(rule -> checkRule(rule, errors));
    Field selectors = role.at("aggregationRule.clusterRoleSelectors");
    if (role.has("aggregationRule") && selectors.elements().isEmpty()) {
      errors.required(
          selectors, "at least one clusterRoleSelector required if aggregationRule is non-nil");
    }
    for (Field selector : selectors.elements()) {
      var ofSelector = new Errors();
      LabelSelectors.check(selector, ofSelector);
      if (!ofSelector.list().isEmpty()) {
        ofSelector.invalid(selector, NullNode.instance, "invalid label selector.");
      }
      errors.addAll(ofSelector);
    }
    return errors.list();
  }

  private void checkRule(Field rule, Errors errors) {
    Field paths = rule.at("nonResourceURLs");
    if (rule.elements("verbs").isEmpty()) {
      errors.required(rule.at("verbs"), "verbs must contain at least one value");
    }
    boolean ofResources = false;
    for (String list : List.of("apiGroups", "resources", "resourceNames")) {
      ofResources |= !rule.elements(list).isEmpty();
    }
    if (!paths.elements().isEmpty()) {
      if (namespaced) {
        errors.invalid(paths, "namespaced rules cannot apply to non-resource URLs");
      }
      if (ofResources) {
        errors.invalid(paths, "rules cannot apply to both regular resources and non-resource URLs");
      }
      return;
    }
    if (rule.elements("apiGroups").isEmpty()) {
      errors.required(rule.at("apiGroups"), "resource rules must supply at least one api group");
    }
    if (rule.elements("resources").isEmpty()) {
      errors.required(rule.at("resources"), "resource rules must supply at least one resource");
    }
  }
}
