package io.usher.testkit;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.DELETE;
import static io.usher.admission.Operation.UPDATE;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Mutating;
import io.usher.rule.RuleContext;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;

/** A webhook whose rules do one thing each, by what the Pod is named. */
@Webhook(name = "curfew.test.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
final class Curfew {

  Curfew() {}

  @Mutating(
      operations = {CREATE, UPDATE},
      names = "web",
      order = 1)
  void stamp(Pod pod) {
    pod.getMetadata().getLabels().put("stamped", "yes");
  }

  @Mutating(operations = CREATE, resource = "pods", names = "growing", order = 2)
  void grow(ObjectNode pod) {
    ObjectNode labels = pod.withObject("metadata").withObject("labels");
    labels.put("size", labels.path("size").asInt() + 1);
  }

  @Mutating(operations = CREATE, resource = "pods", names = "broken")
  void fail(ObjectNode pod) {
    throw new IllegalStateException("as told by the name of " + pod.at("/metadata/name"));
  }

  @Validating(operations = {CREATE, DELETE})
  Decision judge(Pod pod, RuleContext context) {
    context.warn("the stamp is " + pod.getMetadata().getLabels().get("stamped"));
    context.audit("judged", "true");
    return pod.getMetadata().getName().equals("late")
        ? Decision.deny("it is late").cause("metadata.name", "Forbidden: late")
        : Decision.allow();
  }
}
