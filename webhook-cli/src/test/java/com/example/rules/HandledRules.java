package com.example.rules;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.usher.rule.OnAdded;
import io.usher.rule.Outcome;
import io.usher.rule.Webhook;
import java.util.Map;

/** What the tests of {@code usher controller} load as a rule jar. */
@Webhook(name = "handled.example.com")
public final class HandledRules {

  @OnAdded(namespaces = "default")
  Outcome.Desired label(ConfigMap map) {
    map.getMetadata().setLabels(Map.of("example.com/team", "red"));
    return Outcome.desired(map);
  }
}
