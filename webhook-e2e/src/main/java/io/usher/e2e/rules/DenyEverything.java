package io.usher.e2e.rules;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.DELETE;
import static io.usher.admission.Operation.UPDATE;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;

/** Denies ConfigMaps and webhook configurations, whatever they are. */
@Webhook(name = "deny-everything.e2e.usher.io", validatingFailurePolicy = FailurePolicy.FAIL)
public final class DenyEverything {

  @Validating(
      operations = {CREATE, UPDATE, DELETE},
      resource = {
        "configmaps",
        "validatingwebhookconfigurations.v1.admissionregistration.k8s.io",
        "mutatingwebhookconfigurations.v1.admissionregistration.k8s.io"
      })
  Decision object(ObjectNode object) {
    return Decision.deny("everything is denied");
  }
}
