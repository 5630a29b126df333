package io.usher.apiserver.authz;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.authz.Binding.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bindings by subject and namespace, and what they give. Reading takes the lock only for the first
 * look at a scope after one of its bindings or of their roles has changed.
 */
final class RbacIndex {

  /** A subject as a request bears it: a group, or the name of a user or of a service account. */
  private record Bearer(boolean group, String name) {}

  /** By subject, then by namespace, where that of ClusterRoleBindings is empty. */
  private final Map<Bearer, Map<String, Scope>> scopes = new ConcurrentHashMap<>();

  private final Map<String, Map<String, Binding>> bindings = new HashMap<>();

  /** The bindings that give a role, whether it is there or not. */
  private final Map<GivenRole, Set<Binding>> givers = new HashMap<>();

  private final RbacRoles roles = new RbacRoles();

  /** A role; the namespace of a ClusterRole is empty. */
  private record GivenRole(String namespace, String name) {

    static GivenRole of(Binding binding) {
      RoleRef ref = binding.roleRef();
      boolean ofCluster = ref.kind().equals("ClusterRole");
      return new GivenRole(ofCluster ? "" : binding.namespace(), ref.name());
    }
  }

  /** Takes a role in; the namespace of a ClusterRole is empty. */
  synchronized void putRole(String namespace, String name, Role role) {
    changed(namespace, name, roles.put(namespace, name, role));
  }

  synchronized void removeRole(String namespace, String name) {
    changed(namespace, name, roles.remove(namespace, name));
  }

  /** What bindings of these roles give is collected anew when somebody asks. */
  private void changed(String namespace, String name, Set<String> aggregates) {
    forgetGrants(new GivenRole(namespace, name));
    aggregates.forEach(each -> forgetGrants(new GivenRole("", each)));
  }

  private void forgetGrants(GivenRole role) {
    for (Binding binding : givers.getOrDefault(role, Set.of())) {
      for (Subject subject : binding.subjects()) {
        Scope scope = scopes.getOrDefault(bearer(subject), Map.of()).get(binding.namespace());
        if (scope != null) {
          scope.grants = null;
        }
      }
    }
  }

  synchronized void putBinding(Binding binding) {
    removeBinding(binding.namespace(), binding.name());
    bindings
        .computeIfAbsent(binding.namespace(), key -> new HashMap<>())
        .put(binding.name(), binding);
    givers.computeIfAbsent(GivenRole.of(binding), key -> new HashSet<>()).add(binding);
    for (Subject subject : binding.subjects()) {
      Scope scope =
          scopes
              .computeIfAbsent(bearer(subject), key -> new ConcurrentHashMap<>())
              .computeIfAbsent(binding.namespace(), key -> new Scope());
      scope.bindings.putIfAbsent(binding, subject);
      scope.grants = null;
    }
  }

  synchronized void removeBinding(String namespace, String name) {
    Map<String, Binding> ofNamespace = bindings.get(namespace);
    Binding binding = ofNamespace == null ? null : ofNamespace.remove(name);
    if (binding == null) {
      return;
    }
    givers.computeIfPresent(
        GivenRole.of(binding),
        (role, others) -> {
          others.remove(binding);
          return others.isEmpty() ? null : others;
        });
    for (Subject subject : binding.subjects()) {
      Bearer bearer = bearer(subject);
      Map<String, Scope> ofBearer = scopes.getOrDefault(bearer, Map.of());
      Scope scope = ofBearer.get(namespace);
      if (scope != null && scope.bindings.remove(binding) != null) {
        scope.grants = null;
        if (scope.bindings.isEmpty()) {
          ofBearer.remove(namespace);
        }
        if (ofBearer.isEmpty()) {
          scopes.remove(bearer);
        }
      }
    }
  }

  /**
   * What a binding's role allows.
   *
   * @param namespace the binding's
   * @throws ApiException 404 when there is no such role
   */
  synchronized List<PolicyRule> rules(RoleRef ref, String namespace) {
    return roles.rules(ref, namespace);
  }

  /** What bindings give to a user: those of the cluster, then those of the namespace. */
  List<Grants> grants(UserInfo user, String namespace) {
    return scopes(user, namespace).stream().map(this::grants).toList();
  }

  /** The bindings of a user in the same order, each once. */
  synchronized Set<Binding> bindings(UserInfo user, String namespace) {
    var found = new LinkedHashSet<Binding>();
    scopes(user, namespace).forEach(scope -> found.addAll(scope.bindings.keySet()));
    return found;
  }

  /** Why whoever may make this request may: by the cluster's bindings, then by the namespace's. */
  synchronized List<RbacGrant> grants(RequestInfo request) {
    var found = new ArrayList<RbacGrant>();
    for (String namespace : new LinkedHashSet<>(List.of("", request.namespace()))) {
      new TreeMap<>(bindings.getOrDefault(namespace, Map.of()))
          .values()
          .forEach(binding -> addGrants(found, binding, request));
    }
    return found;
  }

  private void addGrants(List<RbacGrant> found, Binding binding, RequestInfo request) {
    try {
      roles.rules(binding.roleRef(), binding.namespace()).stream()
          .filter(rule -> rule.allows(request))
          .findFirst()
          .ifPresent(
              rule ->
                  binding
                      .subjects()
                      .forEach(each -> found.add(new RbacGrant(binding, each, rule))));
    } catch (ApiException e) {
      // A binding to a role that is not there gives nothing.
    }
  }

  private List<Scope> scopes(UserInfo user, String namespace) {
    var found = new ArrayList<Scope>();
    add(found, user, "");
    if (!namespace.isEmpty()) {
      add(found, user, namespace);
    }
    return found;
  }

  private void add(List<Scope> found, UserInfo user, String namespace) {
    add(found, new Bearer(false, user.username()), namespace);
    for (String group : user.groups()) {
      add(found, new Bearer(true, group), namespace);
    }
  }

  private void add(List<Scope> found, Bearer bearer, String namespace) {
    Map<String, Scope> ofBearer = scopes.get(bearer);
    Scope scope = ofBearer == null ? null : ofBearer.get(namespace);
    if (scope != null) {
      found.add(scope);
    }
  }

  private Grants grants(Scope scope) {
    Grants grants = scope.grants;
    return grants != null ? grants : collect(scope);
  }

  private synchronized Grants collect(Scope scope) {
    var grants = new Grants();
    scope.bindings.forEach(
        (binding, subject) -> {
          try {
            String reason = binding.reason(subject);
            roles
                .rules(binding.roleRef(), binding.namespace())
                .forEach(rule -> grants.add(rule, reason));
          } catch (ApiException e) {
            grants.addProblem(e.status().message());
          }
        });
    scope.grants = grants;
    return grants;
  }

  private static Bearer bearer(Subject subject) {
    return new Bearer(subject.kind().equals("Group"), subject.bearer());
  }
}
