package io.usher.manifest.lint;

import io.usher.manifest.lint.LintRule.Fault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What only shows in the entries of all configurations together. */
final class ClusterChecks {

  private static final int MOST_MUTATORS = 5;

  private ClusterChecks() {}

  static List<Fault> tooManyMutators(List<WebhookEntry> entries) {
    List<WebhookEntry> mutating = mutating(entries);
    return mutating.stream()
        .skip(MOST_MUTATORS)
        .limit(1)
        .map(sixth -> new Fault(sixth, "there are " + mutating.size() + " mutating entries"))
        .toList();
  }

  static List<Fault> overlappingMutators(List<WebhookEntry> entries) {
    List<WebhookEntry> mutating = mutating(entries);
    var found = new ArrayList<Fault>();
    for (int i = 0; i < mutating.size(); i++) {
      for (int j = 0; j < i; j++) {
        WebhookEntry entry = mutating.get(i);
        WebhookEntry earlier = mutating.get(j);
        String shared = shared(earlier, entry);
        if (!shared.isEmpty()) {
          found.add(new Fault(entry, overlap(earlier, entry, shared)));
        }
      }
    }
    return found;
  }

  /** In the order in which the API server calls them: configurations by name. */
  private static List<WebhookEntry> mutating(List<WebhookEntry> entries) {
    return entries.stream()
        .filter(WebhookEntry::isMutating)
        .sorted(Comparator.comparing(WebhookEntry::configurationName))
        .toList();
  }

  private static String overlap(WebhookEntry earlier, WebhookEntry entry, String shared) {
    return "it is called after "
        + earlier.describe()
        + " for "
        + shared
        + (earlier.isReinvoked() ? ", and may be followed by it again" : "")
        + (earlier.hasConditions() || entry.hasConditions()
            ? ", unless matchConditions tell them apart"
            : "");
  }

  /** {@code deployments.apps (UPDATE), pods (CREATE, UPDATE; Team.add, then Sidecar.inject)}. */
  private static String shared(WebhookEntry earlier, WebhookEntry entry) {
    boolean anyVersion = !earlier.isExact() || !entry.isExact();
    record Mutators(String resource, String rules) {}
    var operations = new LinkedHashMap<Mutators, SortedSet<String>>();
    for (MutatorReach first : MutatorReach.of(earlier)) {
      for (MutatorReach then : MutatorReach.of(entry)) {
        for (EntryRule.Shared shared : first.shared(then, anyVersion)) {
          operations
              .computeIfAbsent(
                  new Mutators(shared.resource(), rules(first, then)), both -> new TreeSet<>())
              .addAll(shared.operations());
        }
      }
    }
    return operations.entrySet().stream()
        .map(
            both ->
                "%s (%s%s)"
                    .formatted(
                        both.getKey().resource(),
                        String.join(", ", both.getValue()),
                        both.getKey().rules()))
        .collect(Collectors.joining(", "));
  }

  private static String rules(MutatorReach first, MutatorReach then) {
    if (first.name().isEmpty() && then.name().isEmpty()) {
      return "";
    }
    return "; " + orOther(first.name()) + ", then " + orOther(then.name());
  }

  private static String orOther(String rule) {
    return rule.isEmpty() ? "the other" : rule;
  }
}
