package com.example.rules;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.usher.admission.Operation;
import io.usher.rule.Mutating;
import io.usher.rule.Reconciling;
import io.usher.rule.Webhook;
import java.util.Map;

/** A handler and a rule of {@code usher controller} that an operator configures. */
@Webhook(name = "configured.example.com")
public final class ConfiguredHandlers {

  /** What both label objects with. */
  public record Config(String team) {}

  private final Config config;

  ConfiguredHandlers(Config config) {
    this.config = config;
  }

  @Reconciling(namespaces = "default")
  ConfigMap label(ConfigMap map) {
    map.getMetadata().setLabels(Map.of("example.com/team", config.team()));
    return map;
  }

  @Mutating(operations = Operation.UPDATE, namespaces = "default")
  void label(Secret secret) {
    secret.getMetadata().setLabels(Map.of("example.com/team", config.team()));
  }
}
