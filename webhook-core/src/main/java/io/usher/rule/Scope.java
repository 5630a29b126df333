package io.usher.rule;

import io.usher.admission.AdmissionRequest;

/** Which objects of a resource a rule is for, by where they live. */
public enum Scope {
  /** Both. */
  ANY("*"),
  /** Objects without a namespace; Namespaces are such. */
  CLUSTER("Cluster"),
  /** Objects in a namespace. */
  NAMESPACED("Namespaced");

  private final String value;

  Scope(String value) {
    this.value = value;
  }

  /** As Kubernetes writes it in a webhook configuration. */
  public String value() {
    return value;
  }

  /**
   * Whether the request's object lives there; a Namespace lives in none, whatever its request says.
   */
  boolean includes(AdmissionRequest request) {
    boolean namespaced =
        !request.namespace().isEmpty() && !request.resource().resource().equals("namespaces");
    return switch (this) {
      case ANY -> true;
      case CLUSTER -> !namespaced;
      case NAMESPACED -> namespaced;
    };
  }
}
