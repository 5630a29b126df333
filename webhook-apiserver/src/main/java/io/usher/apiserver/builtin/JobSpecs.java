package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/** What Jobs and the templates of CronJobs have in common. */
final class JobSpecs {

  private static final String INDEXED = "Indexed";
  private static final List<String> MODES = List.of("NonIndexed", INDEXED);
  private static final List<String> NUMBERS =
      List.of(
          "parallelism",
          "completions",
          "activeDeadlineSeconds",
          "backoffLimit",
          "ttlSecondsAfterFinished",
          "backoffLimitPerIndex",
          "maxFailedIndexes");
  private static final int MAX_INDEXED_PARALLELISM = 100_000;

  private JobSpecs() {}

  /** What both get. */
  static void setDefaults(ObjectNode spec) {
    Workloads.setTemplateDefaults(spec);
    for (ObjectNode rule :
        Defaults.objects(Defaults.objectIfAny(spec, "podFailurePolicy"), "rules")) {
      for (ObjectNode pattern : Defaults.objects(rule, "onPodConditions")) {
        Defaults.text(pattern, "status", "True");
      }
    }
  }

  static void check(Field spec, Errors errors) {
    for (String number : NUMBERS) {
      errors.notNegative(spec.at(number));
      if (number.equals("maxFailedIndexes")
          && spec.has(number)
          && !spec.has("backoffLimitPerIndex")) {
        errors.required(spec.at("backoffLimitPerIndex"), "when maxFailedIndexes is specified");
      }
    }
    if (spec.has("managedBy") && !spec.text("managedBy").contains("/")) {
      errors.invalid(
          spec.at("managedBy"), "must be a domain-prefixed path (such as \"acme.io/foo\")");
    }
    mode(spec, errors);
    if (spec.has("podFailurePolicy")) {
      failurePolicy(spec, errors);
    }
    replacementPolicy(spec, errors);
    PodChecks.template(spec.at("template"), Set.of(), errors);
    restartPolicy(spec, errors);
  }

  private static void mode(Field spec, Errors errors) {
    boolean indexed = spec.text("completionMode").equals(INDEXED);
    if (spec.has("completionMode")) {
      errors.notIn(spec.at("completionMode"), MODES);
    }
    if (!indexed) {
      if (!spec.has("completionMode") || spec.text("completionMode").equals("NonIndexed")) {
        for (String member : List.of("backoffLimitPerIndex", "maxFailedIndexes")) {
          if (spec.has(member)) {
            errors.invalid(spec.at(member), "requires indexed completion mode");
          }
        }
      }
      return;
    }
    if (!spec.has("completions")) {
      errors.required(spec.at("completions"), "when completion mode is " + INDEXED);
    }
    if (spec.number("parallelism") > MAX_INDEXED_PARALLELISM) {
      errors.invalid(
          spec.at("parallelism"),
          "must be less than or equal to "
              + MAX_INDEXED_PARALLELISM
              + " when completion mode is "
              + INDEXED);
    }
    if (spec.has("completions") && spec.number("maxFailedIndexes") > spec.number("completions")) {
      errors.invalid(spec.at("maxFailedIndexes"), "must be less than or equal to completions");
    }
  }

  private static void failurePolicy(Field spec, Errors errors) {
    for (Field rule : spec.elements("podFailurePolicy.rules")) {
      errors.requireIn(rule.at("action"), List.of("Count", "FailIndex", "FailJob", "Ignore"));
      boolean codes = rule.has("onExitCodes");
      boolean conditions = rule.has("onPodConditions");
      if (codes && conditions) {
        errors.invalid(rule, "specifying both OnExitCodes and OnPodConditions is not supported");
      } else if (!codes && !conditions) {
        errors.invalid(rule, "specifying one of OnExitCodes and OnPodConditions is required");
      }
      if (codes) {
        errors.requireIn(rule.at("onExitCodes.operator"), List.of("In", "NotIn"));
      }
    }
  }

  private static void replacementPolicy(Field spec, Errors errors) {
    Field policy = spec.at("podReplacementPolicy");
    if (policy.isSet()) {
      errors.notIn(
          policy,
          spec.has("podFailurePolicy")
              ? List.of("Failed")
              : List.of("Failed", "TerminatingOrFailed"));
    }
  }

  private static void restartPolicy(Field spec, Errors errors) {
    Field policy = spec.at("template.spec.restartPolicy");
    switch (policy.text()) {
      case "Always", "" -> errors.required(policy, "valid values: \"OnFailure\", \"Never\"");
      case "Never" -> {
        // for every Job
      }
      case "OnFailure" -> {
        if (spec.has("podFailurePolicy")) {
          errors.invalid(policy, "only \"Never\" is supported when podFailurePolicy is specified");
        }
      }
      default -> errors.notIn(policy, List.of("OnFailure", "Never"));
    }
  }
}
