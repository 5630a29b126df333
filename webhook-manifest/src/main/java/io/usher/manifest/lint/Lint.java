package io.usher.manifest.lint;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Looks at webhook configurations, CustomResourceDefinitions, APIServices and kube-apiserver's own
 * files.
 */
public final class Lint {

  private Lint() {}

  /**
   * What the rules find and no annotation {@code lint.usher.io/RULE} suppresses, in the order of
   * the rules and then of the objects.
   *
   * @param objects of one cluster, as some faults only show in all of them together
   * @param disabled ids of rules that look for nothing
   */
  public static List<Finding> find(Collection<LintedObject> objects, Collection<String> disabled) {
    List<LintedObject> all = List.copyOf(objects);
    List<WebhookEntry> entries = all.stream().flatMap(WebhookEntry::of).toList();
    return Arrays.stream(LintRule.values())
        .filter(rule -> !disabled.contains(rule.id()))
        .flatMap(rule -> rule.find(all, entries).stream())
        .toList();
  }
}
