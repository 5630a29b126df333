package io.usher.apiserver.authz;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ObjectStore.ObjectEvent;
import io.usher.apiserver.api.RequestInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * Mode {@code RBAC}: Roles, ClusterRoles and their bindings, given one by one with {@link #put} and
 * {@link #remove}, or by a store that {@link #follow} follows.
 *
 * <p>The rules of a ClusterRole with an {@code aggregationRule} are those of the roles that it
 * selects; Kubernetes needs a controller for that, this does not.
 */
public final class RbacAuthorizer implements Authorizer, RuleResolver {

  /** The API group of its objects. */
  public static final String GROUP = "rbac.authorization.k8s.io";

  private static final Decision NOT_MATCHED = Decision.noOpinion("");

  private final RbacIndex index = new RbacIndex();

  /**
   * Takes in an object of rbac.authorization.k8s.io, in the place of one of the same kind,
   * namespace and name.
   *
   * @throws IllegalArgumentException when it is of another kind, or a selector of it is bad
   */
  public void put(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    switch (object.path("kind").asText()) {
      case "Role", "ClusterRole" ->
          index.putRole(
              metadata.path("namespace").asText(), metadata.path("name").asText(), Role.of(object));
      case "RoleBinding", "ClusterRoleBinding" -> index.putBinding(Binding.of(object));
      default -> throw notRbac(object);
    }
  }

  /** Forgets an object, of which kind, namespace and name count. */
  public void remove(JsonNode object) {
    String namespace = object.path("metadata").path("namespace").asText();
    String name = object.path("metadata").path("name").asText();
    switch (object.path("kind").asText()) {
      case "Role", "ClusterRole" -> index.removeRole(namespace, name);
      case "RoleBinding", "ClusterRoleBinding" -> index.removeBinding(namespace, name);
      default -> throw notRbac(object);
    }
  }

  /** An authorizer of a store's roles and bindings, for as long as the store is there. */
  public static RbacAuthorizer following(ObjectStore store) {
    var rbac = new RbacAuthorizer();
    rbac.follow(store);
    return rbac;
  }

  /**
   * Takes in the objects of a store, and their changes.
   *
   * @return ends it; what was taken in stays
   */
  public AutoCloseable follow(ObjectStore store) {
    var watches = new ArrayList<AutoCloseable>();
    for (String plural : List.of("clusterroles", "roles", "clusterrolebindings", "rolebindings")) {
      watches.add(store.watch(new GroupResource(GROUP, plural), this::take));
    }
    return () -> {
      for (AutoCloseable watch : watches) {
        watch.close();
      }
    };
  }

  private void take(ObjectEvent event) {
    switch (event.type()) {
      case ADDED, MODIFIED -> put(event.object());
      case DELETED -> remove(event.object());
    }
  }

  @Override
  public Decision authorize(UserInfo user, RequestInfo request) {
    List<Grants> grants = index.grants(user, request.namespace());
    for (Grants each : grants) {
      String reason = each.reason(request);
      if (reason != null) {
        return Decision.allow(reason);
      }
    }
    List<String> problems = grants.stream().flatMap(each -> each.problems().stream()).toList();
    return problems.isEmpty()
        ? NOT_MATCHED
        : Decision.noOpinion("RBAC: " + Aggregate.message(problems));
  }

  @Override
  public SubjectRules rulesFor(UserInfo user, String namespace) {
    var rules = new ArrayList<PolicyRule>();
    var problems = new ArrayList<String>();
    for (Binding binding : index.bindings(user, namespace)) {
      try {
        rules.addAll(index.rules(binding.roleRef(), binding.namespace()));
      } catch (ApiException e) {
        problems.add(e.status().message());
      }
    }
    return new SubjectRules(rules, false, Aggregate.message(problems));
  }

  /**
   * Everybody who may make a request, and why: each subject of each binding that counts, those of
   * the cluster first. Members of {@code system:masters} may, whatever is bound.
   */
  public List<RbacGrant> grants(RequestInfo request) {
    return index.grants(request);
  }

  /**
   * What a binding's role allows.
   *
   * @param namespace the binding's, empty for a ClusterRoleBinding
   * @throws ApiException 404 when there is no such role
   */
  List<PolicyRule> rules(RoleRef ref, String namespace) {
    return index.rules(ref, namespace);
  }

  private static IllegalArgumentException notRbac(JsonNode object) {
    return new IllegalArgumentException(
        "\"" + object.path("kind").asText() + "\" is no kind of " + GROUP);
  }
}
