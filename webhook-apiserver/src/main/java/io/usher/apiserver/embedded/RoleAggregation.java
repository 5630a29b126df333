package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.LabelSelectors;
import io.usher.apiserver.api.ObjectStore;
import io.usher.rule.LabelSelector;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes into each ClusterRole with an {@code aggregationRule} the rules of those that it selects,
 * for who reads it: authorization does not need them. For one thread.
 */
final class RoleAggregation {

  private static final GroupResource ROLES =
      new GroupResource("rbac.authorization.k8s.io", "clusterroles");

  /** Roles that are written one after the other are looked at together. */
  private static final int WHILE_MILLIS = 200;

  private final ObjectStore objects;
  private final Work work;

  /** Whether all roles will be looked at, whatever changes until then. */
  private boolean pending;

  RoleAggregation(ObjectStore objects, Work work) {
    this.objects = objects;
    this.work = work;
  }

  void changed(GroupResource resource) {
    if (resource.equals(ROLES) && !pending) {
      pending = true;
      work.after(WHILE_MILLIS, this::aggregate);
    }
  }

  private void aggregate() {
    pending = false;
    List<ObjectNode> roles = objects.list(ROLES, "");
    for (ObjectNode role : roles) {
      JsonNode selectors = role.at("/aggregationRule/clusterRoleSelectors");
      if (!selectors.isEmpty()) {
        var rules = JsonNodeFactory.instance.arrayNode();
        selected(role, selectors, roles).forEach(rules::add);
        if (!rules.equals(role.path("rules"))) {
          role.set("rules", rules);
          objects.update(ROLES, role);
        }
      }
    }
  }

  /** Each rule once, in the order of the selectors, then of the roles' names. */
  private static Set<JsonNode> selected(ObjectNode role, JsonNode selectors, List<ObjectNode> all) {
    var rules = new LinkedHashSet<JsonNode>();
    String name = name(role);
    for (JsonNode each : selectors) {
      LabelSelector selector = LabelSelectors.of(each);
      for (ObjectNode other : all) {
        if (!name(other).equals(name)
            && selector.matches(LabelSelectors.labels(other.at("/metadata/labels")))) {
          other.path("rules").forEach(rules::add);
        }
      }
    }
    return rules;
  }

  private static String name(ObjectNode role) {
    return role.at("/metadata/name").asText();
  }
}
