package io.usher.apiserver.builtin;

import java.util.HashSet;
import java.util.List;

/** Where Pods may run: tolerations, affinity, spread. */
final class SchedulingChecks {

  private static final List<String> EFFECTS =
      List.of("NoSchedule", "PreferNoSchedule", "NoExecute");
  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
  private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";
  private static final int MAX_WEIGHT = 100;

  private final Errors errors;

  SchedulingChecks(Errors errors) {
    this.errors = errors;
  }

  void tolerations(Field tolerations) {
    for (Field each : tolerations.elements()) {
      Field key = each.at("key");
      Field operator = each.at("operator");
      if (!key.text().isEmpty()) {
        errors.invalidFor(key, Names.qualified(key.text()));
      } else if (!operator.text().equals("Exists")) {
        errors.invalidText(
            operator,
            "operator must be Exists when `key` is empty, which means \"match all values and all"
                + " keys\"");
      }
      Field effect = each.at("effect");
      if (each.has("tolerationSeconds") && !effect.text().equals("NoExecute")) {
        errors.invalidText(effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
      }
      switch (operator.text()) {
        case "", "Equal" -> {
          List<String> problems = Names.labelValue(each.text("value"));
          if (!problems.isEmpty()) {
            errors.invalid(operator.showing(each.text("value")), String.join(";", problems));
          }
        }
        case "Exists" -> {
          if (each.has("value")) {
            errors.invalid(
                operator.showing(each.text("value")),
                "value must be empty when `operator` is 'Exists'");
          }
        }
        default -> errors.notIn(operator, List.of("Equal", "Exists"));
      }
      if (!effect.text().isEmpty()) {
        errors.notIn(effect, EFFECTS);
      }
    }
  }

  void affinity(Field affinity) {
    Field nodes = affinity.at("nodeAffinity");
    if (nodes.has(REQUIRED)) {
      Field terms = nodes.at(REQUIRED).at("nodeSelectorTerms");
      if (terms.node().isEmpty()) {
        errors.required(terms, "must have at least one node selector term");
      }
      for (Field term : terms.elements()) {
        nodeSelectorTerm(term);
        for (Field each : term.elements("matchExpressions")) {
          for (Field value : each.elements("values")) {
            errors.invalidFor(value, Names.labelValue(value.text()));
          }
        }
      }
    }
    for (Field term : nodes.elements(PREFERRED)) {
      weight(term);
      nodeSelectorTerm(term.at("preference"));
    }
    for (String kind : List.of("podAffinity", "podAntiAffinity")) {
      affinity.at(kind).elements(REQUIRED).forEach(this::podAffinityTerm);
      for (Field term : affinity.at(kind).elements(PREFERRED)) {
        weight(term);
        podAffinityTerm(term.at("podAffinityTerm"));
      }
    }
  }

  private void weight(Field term) {
    Field weight = term.at("weight");
    if (weight.number() < 1 || weight.number() > MAX_WEIGHT) {
      errors.invalidNumber(weight, "must be in the range 1-100");
    }
  }

  private void nodeSelectorTerm(Field term) {
    for (Field each : term.elements("matchExpressions")) {
      Field values = each.at("values");
      switch (each.text("operator")) {
        case "In", "NotIn" -> {
          if (values.node().isEmpty()) {
            errors.required(values, "must be specified when `operator` is 'In' or 'NotIn'");
          }
        }
        case "Exists", "DoesNotExist" -> {
          if (!values.node().isEmpty()) {
            errors.forbidden(
                values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
          }
        }
        case "Gt", "Lt" -> {
          if (values.node().size() != 1) {
            errors.required(
                values, "must be specified single value when `operator` is 'Lt' or 'Gt'");
          }
        }
        default -> errors.invalidText(each.at("operator"), "not a valid selector operator");
      }
      errors.invalidFor(each.at("key"), Names.qualified(each.text("key")));
    }
  }

  private void podAffinityTerm(Field term) {
    if (term.has("labelSelector")) {
      LabelSelectors.check(term.at("labelSelector"), errors);
    }
    if (term.has("namespaceSelector")) {
      LabelSelectors.check(term.at("namespaceSelector"), errors);
    }
    for (Field each : term.elements("namespaces")) {
      errors.invalidFor(
          new Field(term.path() + ".namespace", each.node()), Names.label(each.text()));
    }
    Field key = term.at("topologyKey");
    if (key.text().isEmpty()) {
      errors.required(key, "can not be empty");
    }
    errors.invalidFor(key, Names.qualified(key.text()));
  }

  void spread(Field constraints) {
    var seen = new HashSet<String>();
    for (Field each : constraints.elements()) {
      Field skew = each.at("maxSkew");
      if (skew.number() <= 0) {
        errors.invalidNumber(skew, "must be greater than zero");
      }
      Field key = each.at("topologyKey");
      if (key.text().isEmpty()) {
        errors.required(key, "can not be empty");
      }
      Field when = each.at("whenUnsatisfiable");
      errors.notIn(when, List.of("DoNotSchedule", "ScheduleAnyway"));
      String pair = '{' + key.text() + ", " + when.text() + '}';
      if (!seen.add(pair)) {
        errors.duplicate(each.at("{topologyKey, whenUnsatisfiable}").showing(pair));
      }
      if (each.has("labelSelector")) {
        LabelSelectors.check(each.at("labelSelector"), errors);
      }
    }
  }
}
