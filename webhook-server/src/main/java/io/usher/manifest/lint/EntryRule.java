package io.usher.manifest.lint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

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

  /** What both this and the other are called for, or nothing: {@code CREATE pods}. */
  List<String> shared(EntryRule other) {
    var shared = new ArrayList<String>();
    if (common(groups, other.groups).isEmpty() || common(versions, other.versions).isEmpty()) {
      return shared;
    }
    for (String operation : common(operations, other.operations)) {
      for (String resource : common(resources, other.resources)) {
        shared.add(operation + " " + resource);
      }
    }
    return shared;
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
