package io.usher.apiserver.authn;

import io.usher.admission.UserInfo;
import java.util.ArrayList;

/** Names that Kubernetes reserves: k8s.io/apiserver's {@code authentication/user}. */
final class WellKnown {

  static final String ANONYMOUS = "system:anonymous";
  static final String AUTHENTICATED = "system:authenticated";
  static final String UNAUTHENTICATED = "system:unauthenticated";
  static final String MASTERS = "system:masters";
  static final String NODES = "system:nodes";
  static final String NODE_PREFIX = "system:node:";

  private WellKnown() {}

  /** The user, in this group as well. */
  static UserInfo inGroup(UserInfo user, String group) {
    if (user.groups().contains(group)) {
      return user;
    }
    var groups = new ArrayList<>(user.groups());
    groups.add(group);
    return new UserInfo(user.username(), user.uid(), groups, user.extra());
  }
}
