package io.usher.apiserver.authz;

import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Roles by namespace and name, and the rules of those that aggregate others. Kubernetes leaves the
 * aggregation to a controller that writes the rules down; here they are found when they are asked
 * for. For use under a lock.
 */
final class RbacRoles {

  private final Map<String, Map<String, Role>> roles = new HashMap<>();
  private final Map<String, Role> clusterRoles = new TreeMap<>();
  private final Map<String, Role> aggregating = new TreeMap<>();
  private final Map<String, List<PolicyRule>> aggregates = new HashMap<>();

  /**
   * Takes a role in.
   *
   * @param namespace empty for a ClusterRole
   * @return the other roles whose rules may be others now
   */
  Set<String> put(String namespace, String name, Role role) {
    if (namespace.isEmpty()) {
      return replaced(name, clusterRoles.put(name, role), role);
    }
    roles.computeIfAbsent(namespace, key -> new HashMap<>()).put(name, role);
    return Set.of();
  }

  /** Forgets a role; what is returned is as for {@link #put}. */
  Set<String> remove(String namespace, String name) {
    if (namespace.isEmpty()) {
      return replaced(name, clusterRoles.remove(name), null);
    }
    roles.computeIfPresent(
        namespace,
        (key, inNamespace) -> {
          inNamespace.remove(name);
          return inNamespace.isEmpty() ? null : inNamespace;
        });
    return Set.of();
  }

  /** Roles that aggregate are few: one change of what they may see counts for all of them. */
  private Set<String> replaced(String name, @Nullable Role before, @Nullable Role now) {
    if (!isAggregated(before) && !isAggregated(now)) {
      return Set.of();
    }
    aggregates.clear();
    if (now == null || now.aggregated().isEmpty()) {
      aggregating.remove(name);
    } else {
      aggregating.put(name, now);
    }
    return aggregating.keySet();
  }

  /** Whether it is a part of an aggregation: aggregates others, or is aggregated. */
  private boolean isAggregated(@Nullable Role role) {
    return role != null
        && (!role.aggregated().isEmpty()
            || aggregating.values().stream().anyMatch(each -> each.aggregates(role)));
  }

  /**
   * What a binding's role allows.
   *
   * @param namespace the binding's
   * @throws ApiException 404 when there is no such role
   */
  List<PolicyRule> rules(RoleRef ref, String namespace) {
    boolean ofCluster = ref.kind().equals("ClusterRole");
    Role role =
        ofCluster
            ? clusterRoles.get(ref.name())
            : roles.getOrDefault(namespace, Map.of()).get(ref.name());
    if (role == null) {
      String resource = ofCluster ? "clusterrole" : "role";
      throw new ApiException(
          Status.notFound(new GroupResource(RbacAuthorizer.GROUP, resource), ref.name()));
    }
    return role.aggregated().isEmpty()
        ? role.rules()
        : aggregates.computeIfAbsent(ref.name(), name -> aggregate(name, role));
  }

  /** Each rule once, by the names of the roles; those that aggregate each other end nowhere. */
  private List<PolicyRule> aggregate(String name, Role role) {
    Set<PolicyRule> rules = new LinkedHashSet<>();
    Set<String> seen = new HashSet<>(Set.of(name));
    collect(role, seen, rules);
    return new ArrayList<>(rules);
  }

  private void collect(Role role, Set<String> seen, Set<PolicyRule> rules) {
    clusterRoles.forEach(
        (name, other) -> {
          if (role.aggregates(other) && seen.add(name)) {
            if (other.aggregated().isEmpty()) {
              rules.addAll(other.rules());
            } else {
              collect(other, seen, rules);
            }
          }
        });
  }
}
