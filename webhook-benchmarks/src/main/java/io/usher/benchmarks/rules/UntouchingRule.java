package io.usher.benchmarks.rules;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;

import io.usher.admission.AdmissionRequest;
import io.usher.rule.Decision;
import io.usher.rule.Mutating;
import io.usher.rule.Webhook;

/** Judges a Pod by the request alone, and never looks at the object. */
@Webhook(name = UntouchingRule.WEBHOOK)
public final class UntouchingRule {

  public static final String WEBHOOK = "untouching.benchmarks.usher.io";

  @Mutating(
      operations = {CREATE, UPDATE},
      resource = "pods")
  Decision judge(AdmissionRequest request) {
    return request.namespace().isEmpty()
        ? Decision.deny("a Pod has a namespace")
        : Decision.allow();
  }
}
