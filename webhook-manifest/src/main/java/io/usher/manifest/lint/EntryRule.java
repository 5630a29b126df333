package io.usher.manifest.lint;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.admission.Operation;
import io.usher.rule.RuleMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One of the {@code rules} of an entry; absent lists are empty. */
record EntryRule(
    List<String> groups,
    List<String> versions,
    List<String> operations,
    List<String> resources,
    String scope) {

  private static final String ANY = "*";

  static EntryRule of(JsonNode rule) {
    return new EntryRule(
        texts(rule.path("apiGroups")),
        texts(rule.path("apiVersions")),
        texts(rule.path("operations")),
        texts(rule.path("resources")),
        rule.path("scope").asText(""));
  }

  /** One for each resource of a rule. */
  static Stream<EntryRule> of(RuleMatch match) {
    return match.resources().stream()
        .map(
            resource ->
                new EntryRule(
                    List.of(resource.group()),
                    List.of(resource.version()),
                    match.operations().stream().map(Operation::name).toList(),
                    List.of(resource.path()),
                    match.scope().value()));
  }

  /** Whether all resources of its groups are meant, whatever they are. */
  boolean isCatchAll() {
    return resources.contains(ANY) || resources.contains("*/*");
  }

  /** Whether built-in objects in namespaces can be meant. */
  boolean isNamespaced() {
    return !scope.equals("Cluster") && isBuiltIn();
  }

  /** Whether Kubernetes' own resources are meant; groups of custom ones are domains of others. */
  private boolean isBuiltIn() {
    return groups.stream().anyMatch(g -> !g.contains(".") || g.endsWith(".k8s.io"));
  }

  /** Whether the group is meant, by name or as any. */
  boolean hasGroup(String group) {
    return groups.contains(group) || groups.contains(ANY);
  }

  /** Whether this resource is named; its subresources and {@code *} don't count. */
  boolean names(String group, String resource) {
    return hasGroup(group) && resources.contains(resource);
  }

  /** Whether the resource is meant, by name or as any. */
  boolean meets(String group, String resource) {
    return names(group, resource) || (hasGroup(group) && isCatchAll());
  }

  /**
   * What two rules are both for.
   *
   * @param resource {@code deployments.apps/scale}, or {@code *} in place of any of the three
   * @param operations at least one
   * @param scope {@code *} where neither says one
   */
  record Shared(String resource, List<String> operations, String scope) {

    /** Whether there are objects without a namespace for sure; a Namespace counts as its own. */
    boolean isInNoNamespace() {
      return scope.equals("Cluster") && !resource.equals("namespaces");
    }
  }

  /**
   * What both this and the other are for.
   *
   * @param anyVersion whether a request by one version of a resource comes to both
   */
  List<Shared> shared(EntryRule other, boolean anyVersion) {
    var shared = new ArrayList<Shared>();
    List<String> both = common(operations, other.operations);
    List<String> scopes = common(List.of(known(scope)), List.of(known(other.scope)));
    boolean oneVersion = anyVersion || !common(versions, other.versions).isEmpty();
    if (both.isEmpty() || scopes.isEmpty() || !oneVersion) {
      return shared;
    }
    for (String group : common(groups, other.groups)) {
      for (String one : resources) {
        for (String another : other.resources) {
          resource(one, another, group)
              .ifPresent(resource -> shared.add(new Shared(resource, both, scopes.get(0))));
        }
      }
    }
    return shared;
  }

  private static String known(String scope) {
    return scope.isEmpty() ? ANY : scope;
  }

  /** What two of {@code resources} both mean. */
  private static Optional<String> resource(String one, String other, String group) {
    List<String> resource = common(List.of(plural(one)), List.of(plural(other)));
    List<String> subresource = common(List.of(subresource(one)), List.of(subresource(other)));
    if (resource.isEmpty() || subresource.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        resource.get(0)
            + (group.isEmpty() ? "" : "." + group)
            + (subresource.get(0).isEmpty() ? "" : "/" + subresource.get(0)));
  }

  private static String plural(String resource) {
    return resource.replaceFirst("/.*", "");
  }

  private static String subresource(String resource) {
    return resource.contains("/") ? resource.substring(resource.indexOf('/') + 1) : "";
  }

  /** In both; {@code *} is in common with everything. */
  private static List<String> common(List<String> one, List<String> other) {
    if (one.contains(ANY)) {
      return other;
    }
    if (other.contains(ANY)) {
      return one;
    }
    return one.stream().filter(other::contains).toList();
  }

  private static List<String> texts(JsonNode list) {
    var texts = new ArrayList<String>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
