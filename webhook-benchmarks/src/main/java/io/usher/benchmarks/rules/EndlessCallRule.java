package io.usher.benchmarks.rules;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;

import io.usher.admission.AdmissionRequest;
import io.usher.rule.Mutating;
import io.usher.rule.Webhook;
import java.util.stream.LongStream;

/** Spins in the JDK's code, where Usher can't end it; not for the dry runs of a server's start. */
@Webhook(name = EndlessCallRule.WEBHOOK, timeoutSeconds = 1)
public final class EndlessCallRule {

  public static final String WEBHOOK = "endless-call.benchmarks.usher.io";

  private volatile long sum;

  @Mutating(
      operations = {CREATE, UPDATE},
      resource = "pods")
  void spin(AdmissionRequest request) {
    if (!request.dryRun()) {
      sum = LongStream.range(0, Long.MAX_VALUE).sum();
    }
  }
}
