package io.usher.initializer;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.admission.GroupVersionResource;
import io.usher.listwatch.ListWatch;
import io.usher.rule.Phase;
import io.usher.rule.ResourceMatch;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The resources that rules are for. The API server is asked only where a rule has a wildcard. */
final class Targets {

  private static final String ANY = "*";

  private final ListWatch api;
  private final Set<GroupVersionResource> found = new LinkedHashSet<>();

  private Targets(ListWatch api) {
    this.api = api;
  }

  /**
   * Finds them.
   *
   * @param webhooks what {@link WebhookRegistration#initializing} gives
   */
  static List<GroupVersionResource> of(Collection<WebhookRegistration> webhooks, ListWatch api)
      throws IOException, InterruptedException {
    var targets = new Targets(api);
    var wildcards = new ArrayList<ResourceMatch>();
    for (WebhookRegistration webhook : webhooks) {
      for (var rule : webhook.rules(Phase.MUTATING)) {
        for (ResourceMatch match : rule.match().resources()) {
          if (!match.subresource().isEmpty() && !match.subresource().equals(ANY)) {
            continue;
          }
          if (List.of(match.group(), match.version(), match.resource()).contains(ANY)) {
            wildcards.add(match);
          } else {
            targets.found.add(
                new GroupVersionResource(match.group(), match.version(), match.resource()));
          }
        }
      }
    }
    if (!wildcards.isEmpty()) {
      targets.discover(wildcards);
    }
    return List.copyOf(targets.found);
  }

  /** Each resource in the version that its group prefers. */
  private void discover(List<ResourceMatch> wildcards) throws IOException, InterruptedException {
    add("", "v1", "api/v1", wildcards);
    for (JsonNode group : api.get("apis").path("groups")) {
      JsonNode preferred = group.path("preferredVersion");
      add(
          group.path("name").asText(),
          preferred.path("version").asText(),
          "apis/" + preferred.path("groupVersion").asText(),
          wildcards);
    }
  }

  private void add(String group, String version, String path, List<ResourceMatch> wildcards)
      throws IOException, InterruptedException {
    for (JsonNode resource : api.get(path).path("resources")) {
      String name = resource.path("name").asText();
      var verbs = new ArrayList<String>();
      resource.path("verbs").forEach(verb -> verbs.add(verb.asText()));
      if (!name.contains("/")
          && verbs.containsAll(List.of("list", "patch"))
          && wildcards.stream()
              .anyMatch(
                  match ->
                      is(match.group(), group)
                          && is(match.version(), version)
                          && is(match.resource(), name))) {
        found.add(new GroupVersionResource(group, version, name));
      }
    }
  }

  private static boolean is(String pattern, String value) {
    return pattern.equals(ANY) || pattern.equals(value);
  }
}
