package io.usher.manifest.lint;

import io.usher.manifest.lint.LintRule.Fault;
import io.usher.rule.LabelSelector;
import io.usher.rule.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** What only shows in the entries of all configurations together. */
final class ClusterChecks {

  private static final int MOST_MUTATORS = 5;

  private ClusterChecks() {}

  static List<Fault> tooManyMutators(List<WebhookEntry> entries) {
    List<WebhookEntry> mutating = entries.stream().filter(WebhookEntry::isMutating).toList();
    return mutating.stream()
        .skip(MOST_MUTATORS)
        .limit(1)
        .map(sixth -> new Fault(sixth, "there are " + mutating.size() + " mutating entries"))
        .toList();
  }

  static List<Fault> overlappingMutators(List<WebhookEntry> entries) {
    List<WebhookEntry> mutating = entries.stream().filter(WebhookEntry::isMutating).toList();
    var found = new ArrayList<Fault>();
    for (int i = 0; i < mutating.size(); i++) {
      for (int j = 0; j < i; j++) {
        WebhookEntry entry = mutating.get(i);
        WebhookEntry earlier = mutating.get(j);
        shared(entry, earlier).stream()
            .limit(1)
            .map(what -> "it is called for %s, as is %s".formatted(what, earlier.describe()))
            .forEach(why -> found.add(new Fault(entry, why)));
      }
    }
    return found;
  }

  private static List<String> shared(WebhookEntry one, WebhookEntry other) {
    if (apart(one, other, "namespaceSelector") || apart(one, other, "objectSelector")) {
      return List.of();
    }
    return one.rules().stream()
        .flatMap(rule -> other.rules().stream().map(rule::shared))
        .flatMap(Collection::stream)
        .toList();
  }

  /** Whether no labels meet both entries' selectors, as far as a pair of requirements tells. */
  private static boolean apart(WebhookEntry one, WebhookEntry other, String field) {
    LabelSelector others = other.selector(field);
    return one.selector(field).requirements().stream()
        .anyMatch(a -> others.requirements().stream().anyMatch(b -> apart(a, b) || apart(b, a)));
  }

  private static boolean apart(Requirement a, Requirement b) {
    if (!a.key().equals(b.key())) {
      return false;
    }
    return switch (a.operator()) {
      case IN ->
          switch (b.operator()) {
            case IN -> Collections.disjoint(a.values(), b.values());
            case NOT_IN -> b.values().containsAll(a.values());
            case DOES_NOT_EXIST -> true;
            case EXISTS -> false;
          };
      case EXISTS -> b.operator() == LabelSelector.Operator.DOES_NOT_EXIST;
      case NOT_IN, DOES_NOT_EXIST -> false;
    };
  }
}
