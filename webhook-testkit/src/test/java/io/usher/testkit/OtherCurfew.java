package io.usher.testkit;

import io.fabric8.kubernetes.api.model.Pod;
import io.usher.admission.Operation;
import io.usher.rule.Mutating;
import io.usher.rule.Webhook;

/** A second webhook. */
@Webhook(name = "other.test.example.com")
final class OtherCurfew {

  OtherCurfew() {}

  @Mutating(operations = Operation.CREATE)
  void leave(Pod pod) {
    pod.getMetadata().getLabels().remove("stamped");
  }
}
