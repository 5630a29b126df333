package com.example.rules;

import static io.usher.admission.Operation.UPDATE;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.usher.rule.Mutating;
import io.usher.rule.Webhook;
import java.util.Map;

/** Changes its own result each time. */
@Webhook(name = "counting.example.com")
public final class CountingRules {

  @Mutating(operations = UPDATE)
  void count(Pod pod) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    labels.put("count", String.valueOf(1 + Integer.parseInt(labels.getOrDefault("count", "0"))));
  }

  @Mutating(operations = UPDATE)
  void rotate(Secret secret) {
    secret.getData().replaceAll((key, value) -> "YWFh");
  }
}
