package io.usher.e2e.rules;

import static io.usher.admission.Operation.CREATE;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Mutating;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;

/** Denies what it is called for: who meets it knows that its configuration is in force. */
@Webhook(name = "marker.e2e.usher.io", validatingFailurePolicy = FailurePolicy.FAIL)
public final class Marker {

  @Mutating(operations = CREATE)
  Decision mutating(ConfigMap marker) {
    return Decision.deny("in force");
  }

  @Validating(operations = CREATE)
  Decision validating(ConfigMap marker) {
    return Decision.deny("in force");
  }
}
