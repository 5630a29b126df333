package io.usher.webhook;

import io.usher.rule.Phase;
import io.usher.rule.ResourceMatch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the Initializer does with resources of one API group, as a rule of RBAC grants it. Who it
 * is, and what resources there are, every authenticated user may ask.
 *
 * @param group the API group, empty for the core group; {@code *} for all
 * @param resources plurals, {@code *} for all
 * @param verbs what it does with them
 */
public record InitializerAccess(String group, List<String> resources, List<String> verbs) {

  private static final List<String> VERBS = List.of("get", "list", "watch", "patch");

  public InitializerAccess {
    resources = List.copyOf(resources);
    verbs = List.copyOf(verbs);
  }

  /** What it does for these webhooks, all of it; nothing where it asks none of their rules. */
  public static List<InitializerAccess> of(Collection<WebhookRegistration> webhooks) {
    var resources = new TreeMap<String, TreeSet<String>>();
    for (WebhookRegistration webhook : webhooks) {
      for (var rule : webhook.initializing().rules(Phase.MUTATING)) {
        for (ResourceMatch match : rule.match().resources()) {
          if (match.subresource().isEmpty() || match.subresource().equals("*")) {
            resources
                .computeIfAbsent(match.group(), group -> new TreeSet<>())
                .add(match.resource());
          }
        }
      }
    }
    var access = new ArrayList<InitializerAccess>();
    resources.forEach(
        (group, plurals) -> access.add(new InitializerAccess(group, List.copyOf(plurals), VERBS)));
    if (!access.isEmpty()) {
      access.add(new InitializerAccess("", List.of("namespaces"), List.of("get")));
      access.add(new InitializerAccess("events.k8s.io", List.of("events"), List.of("create")));
    }
    return List.copyOf(access);
  }
}
