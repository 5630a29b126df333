package com.example.configured;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.rule.Mutating;
import io.usher.rule.Webhook;

/** A rule class as a user writes it, with a configuration. */
@Webhook(name = "labeler.example.com")
public final class TeamLabel {

  /** What an operator configures. */
  public record Config(String team) {}

  private final Config config;

  TeamLabel(Config config) {
    this.config = config;
  }

  @Mutating(operations = Operation.CREATE, resource = "pods")
  void label(ObjectNode pod) {
    pod.withObject("/metadata/labels").put("example.com/team", config.team());
  }
}
