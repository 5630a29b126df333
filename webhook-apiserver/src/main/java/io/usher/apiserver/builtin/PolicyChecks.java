package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ObjectNames;
import io.usher.cel.FieldNames;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is wrong with admission policies and their bindings, in kube-apiserver's words. */
final class PolicyChecks {

  private static final List<String> FAILURE_POLICIES = List.of("Fail", "Ignore");
  private static final List<String> REASONS =
      List.of("Forbidden", "Invalid", "RequestEntityTooLarge");
  private static final List<String> MUTATED = List.of("*", "CONNECT", "CREATE", "UPDATE");
  private static final List<String> ACTIONS = List.of("Audit", "Deny", "Warn");
  private static final String NONE =
      "validations or auditAnnotations must contain at least one item";
  private static final int MAX_ANNOTATIONS = 20;
  private static final int MAX_ANNOTATION_EXPRESSION = 5 * 1024;

  private final Field object;
  private final Field spec;
  private final boolean conditionsChanged;
  private final Errors errors = new Errors();

  private PolicyChecks(Field object, @Nullable Field old) {
    this.object = object;
    spec = object.at("spec");
    conditionsChanged =
        old == null
            || !Errors.same(spec.at("paramKind").node(), old.at("spec.paramKind").node())
            || !Errors.same(
                spec.at("matchConditions").node(), old.at("spec.matchConditions").node());
  }

  /**
   * Checks an object.
   *
   * @param resource {@code mutatingadmissionpolicies.admissionregistration.k8s.io} and so on; other
   *     resources have no problems
   * @param old what it was; null for a new one
   */
  static List<FieldError> check(String resource, Field object, @Nullable Field old) {
    var checks = new PolicyChecks(object, old);
    switch (resource) {
      case "validatingadmissionpolicies.admissionregistration.k8s.io" -> checks.validatingPolicy();
      case "mutatingadmissionpolicies.admissionregistration.k8s.io" -> checks.mutatingPolicy();
      case "validatingadmissionpolicybindings.admissionregistration.k8s.io" ->
          checks.validatingBinding();
      case "mutatingadmissionpolicybindings.admissionregistration.k8s.io" ->
          checks.mutatingBinding();
      default -> {
        // nothing is said about it here
      }
    }
    return checks.errors.list();
  }

  private void validatingPolicy() {
    checkHead();
    var expressions = new PolicyExpressions(spec.has("paramKind"));
    checkConstraints(false);
    checkConditions(expressions);
    spec.elements("variables").forEach(each -> checkVariable(each, expressions));
    List<Field> annotations = spec.elements("auditAnnotations");
    if (spec.elements("validations").isEmpty() && annotations.isEmpty()) {
      errors.required(spec.at("validations"), NONE);
      errors.required(spec.at("auditAnnotations"), NONE);
      return;
    }
    spec.elements("validations").forEach(each -> checkValidation(each, expressions));
    if (annotations.size() > MAX_ANNOTATIONS) {
      errors.invalid(
          spec.at("auditAnnotations"),
          "must not have more than " + MAX_ANNOTATIONS + " auditAnnotations");
    }
    Set<String> keys = new HashSet<>();
    for (Field annotation : annotations) {
      checkAnnotation(annotation, expressions);
      if (!keys.add(annotation.text("key"))) {
        errors.duplicate(annotation.at("key"));
      }
    }
  }

  private void mutatingPolicy() {
    checkHead();
    var expressions = new PolicyExpressions(spec.has("paramKind"));
    checkConstraints(true);
    checkConditions(expressions);
    spec.elements("variables").forEach(each -> checkVariable(each, expressions));
    if (spec.elements("mutations").isEmpty()) {
      errors.required(spec.at("mutations"), "mutations must contain at least one item");
    }
    spec.elements("mutations").forEach(each -> checkMutation(each, expressions));
    errors.requireIn(spec.at("reinvocationPolicy"), List.of("IfNeeded", "Never"));
  }

  private void checkHead() {
    errors.requireIn(spec.at("failurePolicy"), FAILURE_POLICIES);
    if (spec.has("paramKind")) {
      checkParamKind(spec.at("paramKind"));
    }
  }

  private void checkParamKind(Field kind) {
    Field apiVersion = kind.at("apiVersion");
    String text = apiVersion.text();
    int slash = text.indexOf('/');
    if (text.isEmpty()) {
      errors.required(apiVersion);
    } else if (slash != text.lastIndexOf('/')) {
      errors.invalid(apiVersion, "unexpected GroupVersion string: " + text);
    } else {
      String group = slash < 0 || text.equals("/") ? "" : text.substring(0, slash);
      String version = text.equals("/") ? "" : text.substring(slash + 1);
      if (!group.isEmpty()) {
        joined(apiVersion, group, "", Names.subdomain(group));
      }
      if (version.isEmpty()) {
        errors.invalid(apiVersion, "version must be specified");
      } else {
        joined(apiVersion, version, "", ObjectNames.label1035Problems(version, false));
      }
    }
    Field name = kind.at("kind");
    errors.requireText(name);
    if (!name.text().isEmpty()) {
      joined(
          name,
          name.text(),
          "may have mixed case, but should otherwise match: ",
          ObjectNames.label1035Problems(name.text().toLowerCase(Locale.ROOT), false));
    }
  }

  private void joined(Field field, String shown, String before, List<String> problems) {
    if (!problems.isEmpty()) {
      errors.invalid(field, TextNode.valueOf(shown), before + String.join(",", problems));
    }
  }

  private void checkConstraints(boolean mutating) {
    Field constraints = spec.at("matchConstraints");
    if (!constraints.isSet()) {
      errors.required(constraints);
      return;
    }
    MatchChecks.resources(constraints, errors);
    if (constraints.elements("resourceRules").isEmpty()) {
      errors.required(constraints.at("resourceRules"));
    }
    if (mutating) {
      checkMutated(constraints);
    }
  }

  /** No deletion is mutated. */
  private void checkMutated(Field match) {
    for (Field rule : match.elements("resourceRules")) {
      for (Field operation : rule.elements("operations")) {
        if (!MUTATED.contains(operation.text())) {
          errors.notSupported(match.at("resourceRules.operations"), operation.node(), MUTATED);
        }
      }
    }
  }

  private void checkConditions(PolicyExpressions expressions) {
    if (conditionsChanged) {
      MatchChecks.conditions(spec.at("matchConditions"), errors, expressions);
    }
  }

  private void checkVariable(Field variable, PolicyExpressions expressions) {
    Field name = variable.at("name");
    if (name.text().isBlank()) {
      errors.required(name, "name is not specified");
    } else if (!FieldNames.isIdentifier(name.text())) {
      errors.invalid(name, "must be a valid CEL identifier");
    }
    Field expression = variable.at("expression");
    if (expression.text().isBlank()) {
      errors.required(expression, "expression is not specified");
    } else {
      expressions.variable(name, expression, errors);
    }
  }

  private void checkValidation(Field validation, PolicyExpressions expressions) {
    Field expression = validation.at("expression");
    if (expression.text().isBlank()) {
      errors.required(expression, "expression is not specified");
    } else {
      expressions.validation(expression, errors);
    }
    Field dynamic = validation.at("messageExpression");
    if (!dynamic.text().isEmpty()) {
      if (dynamic.text().isBlank()) {
        errors.invalid(dynamic, "must be non-empty if specified");
      } else {
        expressions.message(dynamic, errors);
      }
    }
    Field message = validation.at("message");
    String text = message.text().strip();
    if (!message.text().isEmpty() && text.isEmpty()) {
      errors.invalid(message, "must be non-empty if specified");
    } else if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
      errors.invalid(message, "must not contain line breaks");
    }
    if (validation.has("reason")) {
      errors.notIn(validation.at("reason"), REASONS);
    }
  }

  private void checkAnnotation(Field annotation, PolicyExpressions expressions) {
    Field key = annotation.at("key");
    String policy = object.text("metadata.name");
    if (policy.isEmpty()) {
      errors.invalidText(key, "requires metadata.name be non-empty");
    } else {
      String full = policy + '/' + key.text();
      errors.invalidFor(key.showing(full), Names.qualified(full));
    }
    Field expression = annotation.at("valueExpression");
    String text = expression.text().strip();
    if (text.isEmpty()) {
      errors.required(expression, "valueExpression is not specified");
    } else if (text.getBytes(StandardCharsets.UTF_8).length > MAX_ANNOTATION_EXPRESSION) {
      errors.required(
          expression, "must not exceed " + MAX_ANNOTATION_EXPRESSION + " bytes in length");
    } else {
      expressions.annotation(expression, errors);
    }
  }

  private void checkMutation(Field mutation, PolicyExpressions expressions) {
    Field type = mutation.at("patchType");
    Field patch = mutation.at("jsonPatch");
    Field applied = mutation.at("applyConfiguration");
    switch (type.text()) {
      case "" -> errors.required(type);
      case "JSONPatch" -> {
        if (checkPatch(patch, "JSONPatch")) {
          expressions.patches(patch.at("expression"), errors);
        }
        checkAbsent(applied, "{applyConfiguration}", "JSONPatch");
      }
      case "ApplyConfiguration" -> {
        if (checkPatch(applied, "ApplyConfiguration")) {
          expressions.applied(applied.at("expression"), errors);
        }
        checkAbsent(patch, "{jsonPatch}", "ApplyConfiguration");
      }
      default -> errors.notIn(type, List.of("ApplyConfiguration", "JSONPatch"));
    }
  }

  /** Whether there is an expression. */
  private boolean checkPatch(Field patch, String type) {
    if (!patch.isSet()) {
      errors.required(patch, "must be specified when patchType is " + type);
      return false;
    }
    if (patch.text("expression").isBlank()) {
      errors.required(patch.at("expression"));
      return false;
    }
    return true;
  }

  private void checkAbsent(Field patch, String shown, String type) {
    if (patch.isSet()) {
      errors.invalid(
          patch, TextNode.valueOf(shown), "must not be specified when patchType is " + type);
    }
  }

  private void validatingBinding() {
    checkBinding();
    Field actions = spec.at("validationActions");
    Set<String> known = new HashSet<>();
    for (Field action : actions.elements()) {
      errors.notIn(action, ACTIONS);
      if (!known.add(action.text())) {
        errors.duplicate(action);
      }
    }
    if (known.contains("Deny") && known.contains("Warn")) {
      errors.invalid(
          actions,
          "must not contain both Deny and Warn (repeating the same validation failure information"
              + " in the API response and headers serves no purpose)");
    }
    if (known.isEmpty()) {
      errors.required(actions, "at least one validation action is required");
    }
  }

  private void mutatingBinding() {
    checkBinding();
    checkMutated(spec.at("matchResources"));
  }

  private void checkBinding() {
    Field policy = spec.at("policyName");
    errors.requireText(policy);
    if (!policy.text().isEmpty()) {
      errors.invalidFor(policy, Names.subdomain(policy.text()));
    }
    if (spec.has("paramRef")) {
      checkParamRef(spec.at("paramRef"));
    }
    if (spec.has("matchResources")) {
      MatchChecks.resources(spec.at("matchResources"), errors);
    }
  }

  private void checkParamRef(Field reference) {
    String exclusive = "name and selector are mutually exclusive";
    Field name = reference.at("name");
    boolean named = !name.text().isEmpty();
    boolean selected = reference.has("selector");
    if (named) {
      errors.invalidFor(name, ObjectNames.pathSegmentProblems(name.text(), false));
      if (selected) {
        errors.forbidden(name, exclusive);
      }
    }
    if (selected) {
      LabelSelectors.check(reference.at("selector"), errors);
      if (named) {
        errors.forbidden(reference.at("selector"), exclusive);
      }
    }
    if (!named && !selected) {
      errors.required(reference, "one of name or selector must be specified");
    }
    errors.requireIn(reference.at("parameterNotFoundAction"), List.of("Deny", "Allow"));
  }
}
