package io.usher.benchmarks.rules;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;

import io.usher.admission.AdmissionRequest;
import io.usher.rule.Mutating;
import io.usher.rule.Webhook;

/** Spins forever and heeds no interrupt, but for dry runs: those that a server starts with. */
@Webhook(name = EndlessRule.WEBHOOK, timeoutSeconds = 1)
public final class EndlessRule {

  public static final String WEBHOOK = "endless.benchmarks.usher.io";

  private volatile long spins;

  @Mutating(
      operations = {CREATE, UPDATE},
      resource = "pods")
  void spin(AdmissionRequest request) {
    while (!request.dryRun()) {
      spins++;
    }
  }
}
