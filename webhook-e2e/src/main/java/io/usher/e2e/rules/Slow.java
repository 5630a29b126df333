package io.usher.e2e.rules;

import static io.usher.admission.Operation.CREATE;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;

/** Takes the time that the ConfigMap is named after. */
@Webhook(
    name = "slow.e2e.usher.io",
    validatingFailurePolicy = FailurePolicy.FAIL,
    timeoutSeconds = 30)
public final class Slow {

  @Validating(operations = CREATE, names = "takes-50-ms-*")
  void takeMilliseconds(ConfigMap map) throws InterruptedException {
    Thread.sleep(50);
  }

  @Validating(operations = CREATE, names = "takes-2-s-*")
  void takeTwoSeconds(ConfigMap map) throws InterruptedException {
    Thread.sleep(2_000);
  }

  @Validating(operations = CREATE, names = "takes-5-s")
  void takeFiveSeconds(ConfigMap map) throws InterruptedException {
    Thread.sleep(5_000);
  }
}
