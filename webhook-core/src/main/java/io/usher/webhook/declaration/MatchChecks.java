package io.usher.webhook.declaration;

import io.usher.rule.LabelSelector;
import io.usher.rule.ResourceMatch;
import io.usher.rule.RuleMatch;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks what a rule is for; every problem is reported, and terms with none become a match. */
final class MatchChecks {

  /** Of a namespace's name, with {@code *} for any characters. */
  private static final Pattern NAMESPACE_GLOB = Pattern.compile("[a-z0-9*-]{1,63}");

  /** Of an object's name, which is a segment of a path, with {@code *} for any characters. */
  private static final Pattern NAME_GLOB = Pattern.compile("[^/%\\s]{1,253}");

  private final Consumer<String> problems;
  private boolean failed;

  private MatchChecks(Consumer<String> problems) {
    this.problems = problems;
  }

  /**
   * Checks the terms of one rule.
   *
   * @param view the type of its object, or null when it takes none
   * @param problems told what is wrong, without the rule's name
   */
  static Optional<RuleMatch> check(
      MatchTerms terms, @Nullable TypeDescription view, Consumer<String> problems) {
    return new MatchChecks(problems).match(terms, view);
  }

  private Optional<RuleMatch> match(MatchTerms terms, @Nullable TypeDescription view) {
    if (terms.operations().isEmpty()) {
      report("is for no operation; write operations = {CREATE, UPDATE}");
    }
    LabelSelector labels = checkFilters(terms, this::report);
    List<ResourceMatch> resources = List.of();
    try {
      resources = new ResourceResolver(BuiltInResources.table()).resolve(terms, view);
      if (!terms.operations().isEmpty()) {
        ServedOperations.check(terms.operations(), resources, view, this::report);
      }
    } catch (IllegalArgumentException e) {
      report(String.valueOf(e.getMessage()));
    }
    if (failed) {
      return Optional.empty();
    }
    return Optional.of(
        new RuleMatch(
            EnumSet.copyOf(terms.operations()),
            resources,
            terms.scope(),
            terms.namespaces(),
            terms.names(),
            labels));
  }

  /** Checks what narrows the objects down; gives the selector of their labels. */
  static LabelSelector checkFilters(MatchTerms terms, Consumer<String> problems) {
    checkGlobs("namespaces", terms.namespaces(), NAMESPACE_GLOB, "\"team-*\"", problems);
    checkGlobs("names", terms.names(), NAME_GLOB, "\"web-*\"", problems);
    try {
      return LabelSelector.parse(terms.labels());
    } catch (IllegalArgumentException e) {
      problems.accept(selectorProblem("labels", e));
      return LabelSelector.EVERYTHING;
    }
  }

  private static void checkGlobs(
      String attribute,
      List<String> globs,
      Pattern syntax,
      String example,
      Consumer<String> problems) {
    for (String glob : globs) {
      if (!syntax.matcher(glob).matches()) {
        problems.accept(
            attribute
                + ": \""
                + glob
                + "\" can't be such a name; write one, with * for any characters, as in "
                + example);
      }
    }
  }

  static String selectorProblem(String attribute, IllegalArgumentException e) {
    return attribute + ": " + e.getMessage() + "; write as for kubectl, \"app=web,tier!=cache\"";
  }

  private void report(String problem) {
    failed = true;
    problems.accept(problem);
  }
}
