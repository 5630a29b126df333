package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.usher.cluster.LiveRead;
import io.usher.cluster.Read;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a ServiceAccount may do in all namespaces. */
final class Grants {

  /** What a view needs: its objects are read from its memory, and none by its name. */
  private static final Set<String> VIEW = Set.of("list", "watch");

  /** Verbs by resources, {@code nodes/proxy}, by API groups. */
  private final Map<String, Map<String, SortedSet<String>>> granted = new TreeMap<>();

  void add(String group, String resource, Set<String> verbs) {
    granted
        .computeIfAbsent(group, each -> new TreeMap<>())
        .computeIfAbsent(resource, each -> new TreeSet<>())
        .addAll(verbs);
  }

  /** What a view of it takes. */
  void add(Read read) {
    add(read.resource().group(), read.resource().resource(), VIEW);
  }

  /** What a live read of it takes. */
  void add(LiveRead read) {
    add(read.resource().group(), read.path(), read.list() ? Set.of("get", "list") : Set.of("get"));
  }

  boolean isEmpty() {
    return granted.isEmpty();
  }

  /**
   * The ClusterRole and its binding.
   *
   * @param name of both
   * @param serviceAccount of this name, whose Pods are labelled so
   */
  List<ObjectNode> objects(String name, String serviceAccount, String namespace) {
    var metadata =
        new ObjectMetaBuilder()
            .withName(name)
            .addToLabels(Installation.NAME_LABEL, serviceAccount)
            .build();
    return List.of(
        KubernetesYaml.tree(
            new ClusterRoleBuilder().withMetadata(metadata).withRules(rules()).build()),
        KubernetesYaml.tree(
            new ClusterRoleBindingBuilder()
                .withMetadata(metadata)
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", name)
                .addNewSubject()
                .withKind("ServiceAccount")
                .withName(serviceAccount)
                .withNamespace(namespace)
                .endSubject()
                .build()));
  }

  /** One for the resources of a group that have the same verbs. */
  private List<PolicyRule> rules() {
    var rules = new ArrayList<PolicyRule>();
    granted.forEach(
        (group, resources) -> {
          var byVerbs = new LinkedHashMap<SortedSet<String>, List<String>>();
          resources.forEach(
              (resource, verbs) ->
                  byVerbs.computeIfAbsent(verbs, each -> new ArrayList<>()).add(resource));
          byVerbs.forEach(
              (verbs, names) ->
                  rules.add(
                      new PolicyRuleBuilder()
                          .withApiGroups(group)
                          .withResources(names)
                          .withVerbs(List.copyOf(verbs))
                          .build()));
        });
    return rules;
  }
}
