package io.usher.manifest.lint;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Looks at webhook configurations. */
public final class Lint {

  private Lint() {}

  /**
   * Everything that any rule finds, in the order of the rules and then of the objects.
   *
   * @param objects of one cluster, as some faults only show in all of them together
   */
  public static List<Finding> find(Collection<LintedObject> objects) {
    List<WebhookEntry> entries = objects.stream().flatMap(WebhookEntry::of).toList();
    return Arrays.stream(LintRule.values()).flatMap(rule -> rule.find(entries).stream()).toList();
  }
}
