package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.apiserver.admission.match.Refusal;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Status;
import java.util.List;
import java.util.Set;

/**
 * Nothing is created in a namespace that is not there or being deleted, and three namespaces stay.
 */
final class NamespaceLifecycle implements AdmissionPlugin {

  private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

  /** What says that a namespace is not there would tell whoever may not see it. */
  private static final GroupResource ACCESS_REVIEW =
      new GroupResource("authorization.k8s.io", "localsubjectaccessreviews");

  private final Namespaces namespaces;

  NamespaceLifecycle(Namespaces namespaces) {
    this.namespaces = namespaces;
  }

  @Override
  public String name() {
    return "NamespaceLifecycle";
  }

  @Override
  public void admit(AdmissionAttributes attributes) {
    Operation operation = attributes.operation();
    if (operation == Operation.DELETE
        && Namespaces.isNamespace(attributes)
        && IMMORTAL.contains(attributes.name())) {
      throw Refusal.of(attributes, "this namespace may not be deleted");
    }
    if (!Namespaces.isInNamespace(attributes)
        || operation == Operation.DELETE
        || operation == Operation.CONNECT
        || attributes.info().groupResource().equals(ACCESS_REVIEW)) {
      return;
    }
    ObjectNode namespace = namespaces.of(attributes);
    if (operation == Operation.CREATE
        && namespace.path("status").path("phase").asText().equals("Terminating")) {
      throw new ApiException(terminating(attributes));
    }
  }

  private static Status terminating(AdmissionAttributes attributes) {
    String name = attributes.namespace();
    Status status =
        Refusal.status(
            attributes,
            "unable to create new content in namespace "
                + name
                + " because it is being terminated");
    return new Status(
        status.code(),
        status.reason(),
        status.message(),
        new Status.Details(
            Refusal.name(attributes),
            attributes.info().group(),
            attributes.info().resource(),
            "",
            List.of(
                new Status.Cause(
                    "NamespaceTerminating",
                    "namespace " + name + " is being terminated",
                    "metadata.namespace")),
            0));
  }
}
