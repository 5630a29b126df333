package io.usher.apiserver.admission;

import io.usher.admission.Operation;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;

/** Nothing is written in a namespace that is not there. */
final class NamespaceExists implements AdmissionPlugin {

  private final Namespaces namespaces;

  NamespaceExists(Namespaces namespaces) {
    this.namespaces = namespaces;
  }

  @Override
  public String name() {
    return "NamespaceExists";
  }

  @Override
  public void validate(AdmissionAttributes attributes) {
    if (attributes.operation() != Operation.CONNECT && Namespaces.isInNamespace(attributes)) {
      namespaces.of(attributes);
    }
  }
}
