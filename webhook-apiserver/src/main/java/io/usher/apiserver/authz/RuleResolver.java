package io.usher.apiserver.authz;

import io.usher.admission.UserInfo;

/** Lists what a user may do, for SelfSubjectRulesReview. Not every authorizer can. */
@FunctionalInterface
public interface RuleResolver {

  /**
   * What the user may do in a namespace, and in the cluster as a whole.
   *
   * @param namespace not empty
   */
  SubjectRules rulesFor(UserInfo user, String namespace);
}
