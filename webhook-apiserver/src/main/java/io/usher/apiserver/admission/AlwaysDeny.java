package io.usher.apiserver.admission;

import io.usher.apiserver.admission.match.Refusal;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;

/** Refuses everything. */
final class AlwaysDeny implements AdmissionPlugin {

  @Override
  public String name() {
    return "AlwaysDeny";
  }

  @Override
  public void admit(AdmissionAttributes attributes) {
    throw Refusal.of(attributes, "admission control is denying all modifications");
  }
}
