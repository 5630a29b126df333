package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.schema.Quantity;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** ResourceQuotas. */
final class ResourceQuotas implements BuiltInKind {

  /** What counts objects, in whole numbers. */
  private static final Set<String> COUNTED =
      Set.of(
          "configmaps",
          "persistentvolumeclaims",
          "pods",
          "replicationcontrollers",
          "resourcequotas",
          "secrets",
          "services",
          "services.loadbalancers",
          "services.nodeports");

  private static final Set<String> MEASURED =
      Set.of(
          "cpu",
          "ephemeral-storage",
          "limits.cpu",
          "limits.ephemeral-storage",
          "limits.memory",
          "memory",
          "requests.cpu",
          "requests.ephemeral-storage",
          "requests.memory",
          "requests.storage");

  private static final Set<String> OF_BEST_EFFORT = Set.of("pods");

  private static final Set<String> OF_PODS =
      Set.of(
          "cpu",
          "limits.cpu",
          "limits.memory",
          "memory",
          "pods",
          "requests.cpu",
          "requests.memory");

  private static final Set<String> OF_CLAIMS = Set.of("persistentvolumeclaims", "requests.storage");

  /** Of each scope the resources that it is for. */
  private static final Map<String, Set<String>> SCOPES =
      Map.of(
          "BestEffort", OF_BEST_EFFORT,
          "CrossNamespacePodAffinity", OF_PODS,
          "NotBestEffort", OF_PODS,
          "NotTerminating", OF_PODS,
          "PriorityClass", OF_PODS,
          "Terminating", OF_PODS,
          "VolumeAttributesClass", OF_CLAIMS);

  private static final Set<String> WITHOUT_VALUES =
      Set.of(
          "BestEffort",
          "CrossNamespacePodAffinity",
          "NotBestEffort",
          "NotTerminating",
          "Terminating");

  private static final List<Set<String>> CONFLICTING =
      List.of(Set.of("BestEffort", "NotBestEffort"), Set.of("Terminating", "NotTerminating"));

  @Override
  public boolean tracksGeneration() {
    return false;
  }

  @Override
  public boolean returnsDeletedObject() {
    return true;
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    return WorkloadRows.quota(column, Field.of(object));
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    checkSpec(Field.of(object).at("spec"), errors);
    return errors.list();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    Field scopes = Field.of(object).at("spec.scopes");
    checkSpec(Field.of(object).at("spec"), errors);
    if (!texts(scopes).equals(texts(Field.of(old).at("spec.scopes")))) {
      errors.invalid(scopes, "field is immutable");
    }
    return errors.list();
  }

  @Override
  public List<FieldError> validatePartUpdate(String part, ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    checkQuantities(Field.of(object).at("status.hard"), errors);
    checkQuantities(Field.of(object).at("status.used"), errors);
    return errors.list();
  }

  private static void checkSpec(Field spec, Errors errors) {
    Field hard = spec.at("hard");
    checkQuantities(hard, errors);
    Field scopes = spec.at("scopes");
    for (Field scope : scopes.elements()) {
      if (!SCOPES.containsKey(scope.text())) {
        errors.invalid(scopes, "unsupported scope");
      }
      checkApplies(scope.text(), hard, scopes, errors);
    }
    checkConflicts(texts(scopes), scopes, scopes, errors);
    Field selector = spec.at("scopeSelector");
    Field expressions = selector.at("matchExpressions");
    var selected = new HashSet<String>();
    for (Field each : expressions.elements()) {
      checkExpression(each, expressions, errors);
      checkApplies(each.text("scopeName"), hard, shownAt(expressions, selector), errors);
      checkValues(each, expressions, errors);
      selected.add(each.text("scopeName"));
    }
    checkConflicts(selected, expressions, scopes, errors);
  }

  private static void checkQuantities(Field list, Errors errors) {
    for (Map.Entry<String, Field> each : list.members().entrySet()) {
      String name = each.getKey();
      Field quantity = each.getValue();
      Field shown = quantity.showing(name);
      List<String> problems = Names.qualified(name);
      errors.invalidFor(shown, problems);
      boolean own = !name.contains("/");
      if (own && !isStandard(name)) {
        if (problems.isEmpty()) {
          errors.invalid(shown, "must be a standard resource type or fully qualified");
        }
        errors.invalid(shown, "must be a standard resource for quota");
      }
      BigDecimal value = Quantity.value(quantity.text());
      if (value.signum() < 0) {
        errors.invalid(quantity, "must be greater than or equal to 0");
      }
      boolean whole = value.stripTrailingZeros().scale() <= 0;
      if (!whole && (COUNTED.contains(name) || isExtended(name))) {
        errors.invalid(quantity, "must be an integer");
      }
    }
  }

  private static boolean isStandard(String name) {
    return COUNTED.contains(name)
        || MEASURED.contains(name)
        || name.startsWith("hugepages-")
        || name.startsWith("requests.hugepages-");
  }

  private static boolean isExtended(String name) {
    return name.contains("/")
        && !name.contains("kubernetes.io/")
        && !name.startsWith("requests.")
        && Names.qualified("requests." + name).isEmpty();
  }

  /** A scope is for some of the resources that Kubernetes knows; of others nobody can say. */
  private static void checkApplies(String scope, Field hard, Field shown, Errors errors) {
    Set<String> resources = SCOPES.get(scope);
    for (String name : new TreeSet<>(hard.members().keySet())) {
      if (resources != null && isStandard(name) && !resources.contains(name)) {
        errors.invalid(shown, "unsupported scope applied to resource");
      }
    }
  }

  private static void checkExpression(Field each, Field expressions, Errors errors) {
    if (!SCOPES.containsKey(each.text("scopeName"))) {
      errors.invalid(
          expressions.at("scopeName").showing(each.text("scopeName")), "unsupported scope");
    }
  }

  private static void checkValues(Field each, Field expressions, Errors errors) {
    String operator = each.text("operator");
    Field shownOperator = expressions.at("operator").showing(operator);
    if (WITHOUT_VALUES.contains(each.text("scopeName")) && !operator.equals("Exists")) {
      errors.invalid(
          shownOperator,
          "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating,"
              + " ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort,"
              + " ResourceQuotaScopeNotBestEffort or"
              + " ResourceQuotaScopeCrossNamespacePodAffinity");
    }
    Field values = each.at("values");
    switch (operator) {
      case "In", "NotIn" -> {
        if (values.elements().isEmpty()) {
          errors.required(
              expressions.at("values"),
              "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
        }
      }
      case "Exists", "DoesNotExist" -> {
        if (!values.elements().isEmpty()) {
          errors.invalid(
              shownAt(expressions.at("values"), values),
              "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
        }
      }
      default -> errors.invalid(shownOperator, "not a valid selector operator");
    }
  }

  private static void checkConflicts(Set<String> scopes, Field at, Field shown, Errors errors) {
    for (Set<String> pair : CONFLICTING) {
      if (scopes.containsAll(pair)) {
        errors.invalid(shownAt(at, shown), "conflicting scopes");
      }
    }
  }

  /** A place with another's value, as kube-apiserver shows it; null where that has none. */
  private static Field shownAt(Field place, Field value) {
    return new Field(place.path(), value.isSet() ? value.node() : NullNode.instance);
  }

  private static Set<String> texts(Field list) {
    var texts = new HashSet<String>();
    list.elements().forEach(each -> texts.add(each.text()));
    return texts;
  }
}
