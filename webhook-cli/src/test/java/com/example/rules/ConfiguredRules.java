package com.example.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.rule.Mutating;
import io.usher.rule.Webhook;

/** A rule that an operator configures. */
@Webhook(name = "configured.example.com")
public final class ConfiguredRules {

  /** What is configured. */
  public record Config(String team) {}

  private final Config config;

  ConfiguredRules(Config config) {
    this.config = config;
  }

  @Mutating(operations = Operation.CREATE, resource = "pods")
  void label(ObjectNode pod) {
    pod.withObject("/metadata/labels").put("example.com/team", config.team());
  }
}
