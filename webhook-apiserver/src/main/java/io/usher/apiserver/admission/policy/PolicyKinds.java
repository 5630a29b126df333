package io.usher.apiserver.admission.policy;

import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.GroupResource;
import java.util.Set;

/** What no policy sees: policies and bindings, so that a bad one can be taken away, and reviews. */
final class PolicyKinds {

  private static final Set<GroupResource> UNSEEN =
      Set.of(
          new GroupResource(PolicySource.GROUP, "validatingadmissionpolicies"),
          new GroupResource(PolicySource.GROUP, "validatingadmissionpolicybindings"),
          new GroupResource(PolicySource.GROUP, "mutatingadmissionpolicies"),
          new GroupResource(PolicySource.GROUP, "mutatingadmissionpolicybindings"),
          new GroupResource("authentication.k8s.io", "selfsubjectreviews"),
          new GroupResource("authentication.k8s.io", "tokenreviews"),
          new GroupResource("authorization.k8s.io", "localsubjectaccessreviews"),
          new GroupResource("authorization.k8s.io", "selfsubjectaccessreviews"),
          new GroupResource("authorization.k8s.io", "selfsubjectrulesreviews"),
          new GroupResource("authorization.k8s.io", "subjectaccessreviews"));

  private PolicyKinds() {}

  static boolean areUnseen(AdmissionAttributes attributes) {
    return UNSEEN.contains(attributes.info().groupResource());
  }
}
