package io.usher.benchmarks.rules;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.rule.Mutating;
import io.usher.rule.Webhook;

/** Adds a label and an annotation to the JSON tree of a Pod. */
@Webhook(name = TreeRule.WEBHOOK)
public final class TreeRule {

  public static final String WEBHOOK = "tree.benchmarks.usher.io";

  @Mutating(
      operations = {CREATE, UPDATE},
      resource = "pods")
  void mark(ObjectNode pod) {
    ObjectNode metadata = pod.withObjectProperty("metadata");
    metadata.withObjectProperty("labels").put("usher.io/marked", "true");
    metadata.withObjectProperty("annotations").put("usher.io/marked-by", "tree");
  }
}
