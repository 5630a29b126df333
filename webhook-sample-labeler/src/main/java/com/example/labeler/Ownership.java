package com.example.labeler;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;

/** Someone must be there to call when a Deployment is on fire. */
@Webhook(name = "labeler.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
public final class Ownership {

  static final String OWNER = "example.com/owner";

  @Validating(operations = {CREATE, UPDATE})
  Decision requireOwner(Deployment deployment) {
    String owner = deployment.getMetadata().getAnnotations().get(OWNER);
    if (owner != null && !owner.isBlank()) {
      return Decision.allow();
    }
    return Decision.deny("every Deployment names who to call")
        .cause(
            "metadata.annotations[" + OWNER + "]",
            "Required value: a team's mail address or its on-call rota",
            "FieldValueRequired");
  }
}
