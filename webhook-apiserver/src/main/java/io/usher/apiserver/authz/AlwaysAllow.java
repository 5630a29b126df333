package io.usher.apiserver.authz;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.RequestInfo;
import java.util.List;

/** Allows everything: mode {@code AlwaysAllow}. */
public final class AlwaysAllow implements Authorizer, RuleResolver {

  private static final List<String> ALL = List.of("*");
  private static final SubjectRules EVERYTHING =
      SubjectRules.of(List.of(PolicyRule.ofResources(ALL, ALL, ALL), PolicyRule.ofPaths(ALL, ALL)));

  @Override
  public Decision authorize(UserInfo user, RequestInfo request) {
    return Decision.allow("");
  }

  @Override
  public SubjectRules rulesFor(UserInfo user, String namespace) {
    return EVERYTHING;
  }
}
