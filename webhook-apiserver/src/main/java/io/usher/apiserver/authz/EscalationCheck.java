package io.usher.apiserver.authz;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Nobody gives more than he has: whoever writes a role needs what it allows or the verb {@code
 * escalate}, whoever writes a binding needs what its role allows or the verb {@code bind}. Members
 * of {@code system:masters} may give anything. k8s.io/kubernetes has this in the storage of RBAC's
 * kinds, whatever the authorization mode; here it is the last plugin that {@link #admit admits}.
 */
public final class EscalationCheck implements AdmissionPlugin {

  private static final List<PolicyRule> EVERYTHING =
      List.of(
          PolicyRule.ofResources(List.of("*"), List.of("*"), List.of("*")),
          PolicyRule.ofPaths(List.of("*"), List.of("*")));

  private final Authorizer authorizer;
  private final RbacAuthorizer rbac;

  /**
   * A check.
   *
   * @param authorizer decides on {@code escalate} and {@code bind}
   * @param rbac knows the roles, and what a user has
   */
  public EscalationCheck(Authorizer authorizer, RbacAuthorizer rbac) {
    this.authorizer = authorizer;
    this.rbac = rbac;
  }

  @Override
  public String name() {
    return "EscalationCheck";
  }

  @Override
  public void admit(AdmissionAttributes attributes) {
    ObjectNode object = attributes.object();
    boolean writes =
        attributes.operation() == Operation.CREATE || attributes.operation() == Operation.UPDATE;
    if (object == null
        || !writes
        || !attributes.info().group().equals(RbacAuthorizer.GROUP)
        || attributes.user().groups().contains(AuthorizerChain.MASTERS)
        || changesNothingOfWeight(object, attributes.oldObject())) {
      return;
    }
    switch (attributes.resource().type().kind()) {
      case "Role", "ClusterRole" -> checkRole(attributes, object);
      case "RoleBinding", "ClusterRoleBinding" -> checkBinding(attributes, object);
      default -> {}
    }
  }

  private void checkRole(AdmissionAttributes attributes, ObjectNode role) {
    RequestInfo info = attributes.info();
    if (isAllowed(attributes.user(), "escalate", info.namespace(), info.resource(), info.name())) {
      return;
    }
    checkHolds(attributes, Role.rules(role));
    if (aggregates(role) || aggregates(attributes.oldObject())) {
      Escalation escalation = escalation(attributes, EVERYTHING);
      if (escalation.isOne()) {
        throw forbidden(
            attributes, "must have cluster-admin privileges to use the aggregationRule");
      }
    }
  }

  private void checkBinding(AdmissionAttributes attributes, ObjectNode binding) {
    String namespace = attributes.info().namespace();
    RoleRef ref = RoleRef.of(binding);
    String plural = ref.kind().equals("ClusterRole") ? "clusterroles" : "roles";
    if (isAllowed(attributes.user(), "bind", namespace, plural, ref.name())) {
      return;
    }
    List<PolicyRule> rules;
    try {
      rules = rbac.rules(ref, namespace);
    } catch (ApiException e) {
      // The real server names the resource of the request here, not that of the role.
      throw new ApiException(Status.notFound(attributes.info().groupResource(), ref.name()));
    }
    checkHolds(attributes, rules);
  }

  private void checkHolds(AdmissionAttributes attributes, List<PolicyRule> rules) {
    Escalation escalation = escalation(attributes, rules);
    if (escalation.isOne()) {
      UserInfo user = attributes.user();
      throw forbidden(
          attributes,
          "user "
              + GoText.quote(user.username())
              + " (groups="
              + GoText.quote(user.groups())
              + ") is attempting to grant RBAC permissions not currently held:\n"
              + escalation);
    }
  }

  private Escalation escalation(AdmissionAttributes attributes, List<PolicyRule> rules) {
    SubjectRules held = rbac.rulesFor(attributes.user(), attributes.info().namespace());
    return Escalation.of(held, rules);
  }

  private boolean isAllowed(
      UserInfo user, String verb, String namespace, String resource, String name) {
    var request =
        new RequestInfo(
            true,
            "",
            verb,
            RbacAuthorizer.GROUP,
            "*",
            namespace,
            resource,
            "",
            name,
            List.of(resource));
    return authorizer.authorize(user, request).allowed();
  }

  private static ApiException forbidden(AdmissionAttributes attributes, String why) {
    GroupResource resource = attributes.info().groupResource();
    return new ApiException(Status.forbidden(resource, attributes.name(), why));
  }

  private static boolean aggregates(@Nullable ObjectNode role) {
    return role != null && !role.path("aggregationRule").path("clusterRoleSelectors").isEmpty();
  }

  /** Whether only that is changed which the garbage collector changes. */
  private static boolean changesNothingOfWeight(ObjectNode object, @Nullable ObjectNode old) {
    return old != null && weighty(object).equals(weighty(old));
  }

  private static ObjectNode weighty(ObjectNode object) {
    ObjectNode copy = object.deepCopy();
    if (copy.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove(List.of("ownerReferences", "finalizers", "managedFields"));
    }
    return copy;
  }
}
