package io.usher.apiserver.admission;

import io.usher.apiserver.api.AdmissionPlugin;

/** Admits everything. */
final class AlwaysAdmit implements AdmissionPlugin {

  @Override
  public String name() {
    return "AlwaysAdmit";
  }
}
