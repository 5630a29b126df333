package io.usher.benchmarks.rules;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.usher.rule.Mutating;
import io.usher.rule.Webhook;

/** Adds a label and an annotation to a Pod. */
@Webhook(name = TypedRule.WEBHOOK)
public final class TypedRule {

  public static final String WEBHOOK = "typed.benchmarks.usher.io";

  @Mutating(operations = {CREATE, UPDATE})
  void mark(Pod pod) {
    ObjectMeta metadata = pod.getMetadata();
    metadata.getLabels().put("usher.io/marked", "true");
    metadata.getAnnotations().put("usher.io/marked-by", "typed");
  }
}
