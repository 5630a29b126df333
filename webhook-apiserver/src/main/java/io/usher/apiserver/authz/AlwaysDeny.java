package io.usher.apiserver.authz;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.RequestInfo;
import java.util.List;

/**
 * Allows nothing: mode {@code AlwaysDeny}. As in Kubernetes it has no opinion, so that one behind
 * it may allow a request.
 */
public final class AlwaysDeny implements Authorizer, RuleResolver {

  @Override
  public Decision authorize(UserInfo user, RequestInfo request) {
    return Decision.noOpinion("Everything is forbidden.");
  }

  @Override
  public SubjectRules rulesFor(UserInfo user, String namespace) {
    return SubjectRules.of(List.of());
  }
}
