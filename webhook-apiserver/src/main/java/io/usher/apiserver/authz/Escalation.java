package io.usher.apiserver.authz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;

/**
 * What rules allow beyond those that somebody holds.
 *
 * @param missing each of one verb, and of one resource and at most one name, or of one path
 * @param problems what went wrong while looking for what he holds, or empty
 */
record Escalation(List<PolicyRule> missing, String problems) {

  Escalation {
    missing = List.copyOf(missing);
  }

  static Escalation of(SubjectRules held, List<PolicyRule> wanted) {
    List<PolicyRule> missing =
        wanted.stream()
            .flatMap(PolicyRule::singles)
            .filter(single -> held.rules().stream().noneMatch(rule -> rule.covers(single)))
            .toList();
    return new Escalation(missing, held.evaluationError());
  }

  boolean isOne() {
    return !missing.isEmpty();
  }

  /** The rules, in the form and order of kube-apiserver's message. */
  @Override
  public String toString() {
    var lines = new TreeSet<String>();
    merged().forEach(rule -> lines.add(rule.toString()));
    return String.join("\n", lines)
        + (problems.isEmpty() ? "" : "; resolution errors: [" + problems + ']');
  }

  /** Rules about the same resource and name are one rule of several verbs; paths stay single. */
  private List<PolicyRule> merged() {
    var verbs = new LinkedHashMap<PolicyRule, List<String>>();
    var merged = new ArrayList<PolicyRule>();
    for (PolicyRule rule : missing) {
      if (rule.resources().isEmpty()) {
        merged.add(rule);
      } else {
        verbs
            .computeIfAbsent(rule.withVerbs(List.of()), key -> new ArrayList<>())
            .addAll(rule.verbs());
      }
    }
    verbs.forEach((rule, all) -> merged.add(rule.withVerbs(all)));
    return merged;
  }
}
