package io.usher.engine.chain;

import io.usher.engine.Circuit;
import io.usher.engine.Ticker;
import io.usher.rule.OnFailure;
import io.usher.rule.RuleDefinition;

/** A rule in its chain: what it is, what it is for, and whether it is tried. */
final class ChainedRule {

  final RuleDefinition definition;
  final RuleFilter filter;

  /** Whether a later rule may use this rule's view of the object. */
  final boolean keepsView;

  final Circuit circuit;

  ChainedRule(RuleDefinition definition, boolean keepsView, Ticker ticker) {
    this.definition = definition;
    this.filter = new RuleFilter(definition.match());
    this.keepsView = keepsView;
    this.circuit = new Circuit(ticker);
  }

  String name() {
    return definition.name();
  }

  boolean skippable() {
    return definition.onFailure() == OnFailure.SKIP_RULE;
  }
}
