package io.usher.manifest;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.usher.cluster.LiveRead;
import io.usher.cluster.Read;
import io.usher.webhook.WebhookRegistration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the server needs to see what its rules declare to read, and nothing else: where they read
 * nothing, it is nothing.
 */
final class ReadAccess {

  private static final Set<String> VIEW = Set.of("get", "list", "watch");

  /** Where API servers listen, behind the Service and by themselves. */
  private static final List<Integer> API_SERVER_PORTS = List.of(443, 6443, 8443);

  private final Installation installation;

  /** Verbs by resources, {@code nodes/proxy}, by API groups. */
  private final Map<String, Map<String, SortedSet<String>>> granted = new TreeMap<>();

  ReadAccess(Installation installation, Collection<WebhookRegistration> webhooks) {
    this.installation = installation;
    for (WebhookRegistration webhook : webhooks) {
      for (Read read : webhook.reads()) {
        grant(read.resource().group(), read.resource().resource(), VIEW);
      }
      for (LiveRead read : webhook.liveReads()) {
        grant(
            read.resource().group(),
            read.path(),
            read.list() ? Set.of("get", "list") : Set.of("get"));
      }
    }
  }

  private void grant(String group, String resource, Set<String> verbs) {
    granted
        .computeIfAbsent(group, each -> new TreeMap<>())
        .computeIfAbsent(resource, each -> new TreeSet<>())
        .addAll(verbs);
  }

  /** Whether the server has a token, and calls the API server. */
  boolean isNeeded() {
    return !granted.isEmpty();
  }

  /** The objects, in an order in which they can be created. */
  Stream<Object> objects() {
    return isNeeded() ? Stream.of(role(), binding(), networkPolicy()) : Stream.empty();
  }

  private String name() {
    return installation.name() + "-reads";
  }

  private Object role() {
    return new ClusterRoleBuilder()
        .withMetadata(
            new ObjectMetaBuilder().withName(name()).addToLabels(installation.selector()).build())
        .withRules(rules())
        .build();
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

  private Object binding() {
    return new ClusterRoleBindingBuilder()
        .withMetadata(
            new ObjectMetaBuilder().withName(name()).addToLabels(installation.selector()).build())
        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", name())
        .addNewSubject()
        .withKind("ServiceAccount")
        .withName(installation.name())
        .withNamespace(installation.namespace())
        .endSubject()
        .build();
  }

  /** The API server is on the host network, where no selector finds it. */
  private Object networkPolicy() {
    var policy =
        new NetworkPolicyBuilder()
            .withNewMetadata()
            .withName(name())
            .withNamespace(installation.namespace())
            .addToLabels(installation.selector())
            .endMetadata()
            .withNewSpec()
            .withNewPodSelector()
            .withMatchLabels(installation.selector())
            .endPodSelector()
            .withPolicyTypes("Egress")
            .addNewEgress();
    for (int port : API_SERVER_PORTS) {
      policy = policy.addNewPort().withProtocol("TCP").withNewPort(port).endPort();
    }
    return policy.endEgress().endSpec().build();
  }
}
