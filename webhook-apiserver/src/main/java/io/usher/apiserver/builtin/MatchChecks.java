package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.node.IntNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ObjectNames;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is wrong with the writes that an admission policy or a binding names. */
final class MatchChecks {

  static final List<String> OPERATIONS = List.of("*", "CONNECT", "CREATE", "DELETE", "UPDATE");

  private static final String ALL = "*";
  private static final List<String> SCOPES = List.of(ALL, "Cluster", "Namespaced");
  private static final int MAX_CONDITIONS = 64;

  private MatchChecks() {}

  /** Checks a {@code MatchResources}. */
  static void resources(Field match, Errors errors) {
    errors.requireIn(match.at("matchPolicy"), List.of("Equivalent", "Exact"));
    for (String selector : List.of("namespaceSelector", "objectSelector")) {
      if (match.has(selector)) {
        LabelSelectors.check(match.at(selector), errors);
      } else {
        errors.required(match.at(selector));
      }
    }
    match.elements("resourceRules").forEach(rule -> rule(rule, errors));
    match.elements("excludeResourceRules").forEach(rule -> rule(rule, errors));
  }

  private static void rule(Field rule, Errors errors) {
    Set<String> names = new HashSet<>();
    for (Field name : rule.elements("resourceNames")) {
      errors.invalidFor(name, ObjectNames.pathSegmentProblems(name.text(), false));
      if (!names.add(name.text())) {
        errors.duplicate(name);
      }
    }
    Field operations = rule.at("operations");
    list(operations, "operations", errors);
    operations.elements().forEach(each -> errors.notIn(each, OPERATIONS));
    list(rule.at("apiGroups"), "API groups", errors);
    list(rule.at("apiVersions"), "API versions", errors);
    rule.elements("apiVersions").forEach(errors::requireText);
    resourceNames(rule.at("resources"), errors);
    if (rule.has("scope")) {
      errors.notIn(rule.at("scope"), SCOPES);
    }
  }

  private static void list(Field list, String others, Errors errors) {
    if (list.elements().isEmpty()) {
      errors.required(list);
    } else if (list.elements().size() > 1 && hasAll(list)) {
      errors.invalid(list, "if '*' is present, must not specify other " + others);
    }
  }

  private static boolean hasAll(Field list) {
    return list.elements().stream().anyMatch(each -> each.text().equals(ALL));
  }

  private static void resourceNames(Field resources, Errors errors) {
    if (resources.elements().isEmpty()) {
      errors.required(resources);
    }
    Set<String> ofResource = new HashSet<>();
    Set<String> ofAll = new HashSet<>();
    boolean everything = false;
    boolean all = false;
    boolean plain = false;
    for (Field each : resources.elements()) {
      String text = each.text();
      if (text.isEmpty()) {
        errors.required(each);
        continue;
      }
      everything |= text.equals("*/*");
      all |= text.equals(ALL);
      int slash = text.indexOf('/');
      if (slash < 0) {
        // The last one decides, as in Kubernetes.
        plain = !text.equals(ALL);
        continue;
      }
      String resource = text.substring(0, slash);
      String subresource = text.substring(slash + 1);
      if (ofResource.contains(resource)) {
        errors.invalid(each, "if '" + resource + "/*' is present, must not specify " + text);
      }
      if (ofAll.contains(subresource)) {
        errors.invalid(each, "if '*/" + subresource + "' is present, must not specify " + text);
      }
      if (subresource.equals(ALL)) {
        ofResource.add(resource);
      }
      if (resource.equals(ALL)) {
        ofAll.add(subresource);
      }
    }
    if (resources.elements().size() > 1 && everything) {
      errors.invalid(resources, "if '*/*' is present, must not specify other resources");
    }
    if (all && plain) {
      errors.invalid(
          resources, "if '*' is present, must not specify other resources without subresources");
    }
  }

  /** Checks the names of conditions, and has their expressions checked. */
  static void conditions(Field conditions, Errors errors, PolicyExpressions expressions) {
    List<Field> elements = conditions.elements();
    if (elements.size() > MAX_CONDITIONS) {
      errors.add(
          new FieldError(
              FieldError.Reason.TOO_MANY,
              conditions.path(),
              IntNode.valueOf(elements.size()),
              "must have at most " + MAX_CONDITIONS + " items"));
    }
    Set<String> names = new HashSet<>();
    for (Field condition : elements) {
      Field expression = condition.at("expression");
      if (expression.text().isBlank()) {
        errors.required(expression);
      } else {
        expressions.condition(expression, errors);
      }
      Field name = condition.at("name");
      errors.requireText(name);
      if (!name.text().isEmpty()) {
        errors.invalidFor(name, Names.qualified(name.text()));
        if (!names.add(name.text())) {
          errors.duplicate(name);
        }
      }
    }
  }
}
