package io.usher.e2e.rules;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.rule.Mutating;
import io.usher.rule.Webhook;

/** Marks an object with {@code mutation-stage-2} where its data has {@code mutation-stage-1}. */
@Webhook(name = "stage-2.e2e.usher.io")
public final class StageTwo {

  @Mutating(
      operations = {CREATE, UPDATE},
      resource = {
        "configmaps",
        "widgets.v1.e2e.usher.io",
        "gadgets.v1.e2e.usher.io",
        "gadgets.v2.e2e.usher.io",
        "prunables.v1.e2e.usher.io"
      })
  void add(ObjectNode object) {
    AddStage.add(object, "mutation-stage-1", "mutation-stage-2");
  }
}
