package io.usher.apiserver.admission;

import io.usher.admission.Operation;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;

/** Creates the namespace of what is created when it is not there, but not in a dry run. */
final class NamespaceAutoProvision implements AdmissionPlugin {

  private final Namespaces namespaces;

  NamespaceAutoProvision(Namespaces namespaces) {
    this.namespaces = namespaces;
  }

  @Override
  public String name() {
    return "NamespaceAutoProvision";
  }

  @Override
  public void admit(AdmissionAttributes attributes) {
    String name = attributes.namespace();
    if (attributes.operation() == Operation.CREATE
        && !attributes.dryRun()
        && Namespaces.isInNamespace(attributes)
        && namespaces.find(name) == null) {
      namespaces.provide(name);
    }
  }
}
