package io.usher.manifest.lint;

import io.usher.rule.LabelSelector;
import io.usher.rule.LabelSelector.Requirement;
import io.usher.rule.Phase;
import io.usher.rule.RuleDefinition;
import io.usher.rule.RuleMatch;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a mutator may change: one rule of a rule jar, or, of an entry whose rules aren't known, one
 * of the {@code rules} that it is registered for. Which fields a mutator sets only shows when it
 * runs; what it is called for is as near as one gets without that.
 *
 * @param name of the rule in its jar, empty where it isn't known
 * @param match resources, operations and scope
 * @param namespaceSelector over the request's namespace
 * @param objectSelectors over the object, all of which hold
 * @param namespaces globs, empty for all
 * @param names globs over the object's name, empty for all
 */
record MutatorReach(
    String name,
    EntryRule match,
    LabelSelector namespaceSelector,
    List<LabelSelector> objectSelectors,
    List<String> namespaces,
    List<String> names) {

  static List<MutatorReach> of(WebhookEntry entry) {
    return entry
        .registration()
        .map(
            registration ->
                registration.rules(Phase.MUTATING).stream()
                    .flatMap(rule -> of(entry, rule))
                    .toList())
        .orElseGet(() -> entry.rules().stream().map(match -> of(entry, match)).toList());
  }

  private static MutatorReach of(WebhookEntry entry, EntryRule match) {
    return new MutatorReach(
        "",
        match,
        entry.selector("namespaceSelector"),
        List.of(entry.selector("objectSelector")),
        List.of(),
        List.of());
  }

  private static Stream<MutatorReach> of(WebhookEntry entry, RuleDefinition rule) {
    RuleMatch match = rule.match();
    return EntryRule.of(match)
        .map(
            each ->
                new MutatorReach(
                    rule.name(),
                    each,
                    entry.selector("namespaceSelector"),
                    List.of(entry.selector("objectSelector"), match.labels()),
                    match.namespaces(),
                    match.names()));
  }

  /**
   * What both may change, as far as selectors tell.
   *
   * @param anyVersion whether a request by one version of a resource comes to both
   */
  List<EntryRule.Shared> shared(MutatorReach other, boolean anyVersion) {
    if (apart(objectSelectors, other.objectSelectors)
        || namesApart(namespaces, other.namespaces)
        || namesApart(names, other.names)) {
      return List.of();
    }
    boolean namespacesApart = apart(List.of(namespaceSelector), List.of(other.namespaceSelector));
    return match.shared(other.match, anyVersion).stream()
        .filter(shared -> !namespacesApart || shared.isInNoNamespace())
        .toList();
  }

  /** Names that are written out tell two apart, globs may meet. */
  private static boolean namesApart(List<String> one, List<String> other) {
    return !one.isEmpty()
        && !other.isEmpty()
        && Stream.concat(one.stream(), other.stream()).noneMatch(name -> name.contains("*"))
        && Collections.disjoint(one, other);
  }

  /** Whether no labels meet all of these selectors, as far as a pair of requirements tells. */
  private static boolean apart(List<LabelSelector> some, List<LabelSelector> others) {
    return requirements(some)
        .anyMatch(a -> requirements(others).anyMatch(b -> apart(a, b) || apart(b, a)));
  }

  private static Stream<Requirement> requirements(List<LabelSelector> selectors) {
    return selectors.stream().flatMap(selector -> selector.requirements().stream());
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
