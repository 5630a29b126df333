package io.usher.apiserver.authz;

import io.usher.admission.UserInfo;

/**
 * Why somebody may do something: a binding, one of its subjects, and the rule of its role.
 *
 * @param binding gives the role
 * @param subject has it
 * @param rule allows it
 */
public record RbacGrant(Binding binding, Binding.Subject subject, PolicyRule rule) {

  /** Whether the subject is this user, or a group of his. */
  public boolean isFor(UserInfo user) {
    return subject.isFor(user);
  }
}
