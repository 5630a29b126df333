package io.usher.engine.conversion;

import io.usher.engine.Circuit;
import io.usher.engine.Ticker;
import io.usher.rule.ConversionDefinition;

/** A conversion, and whether it is tried. */
final class ConvertingRule {

  final ConversionDefinition definition;
  final Circuit circuit = new Circuit(Ticker.SYSTEM);

  ConvertingRule(ConversionDefinition definition) {
    this.definition = definition;
  }

  String name() {
    return definition.name();
  }

  /** The {@code apiVersion} of what it gives. */
  String apiVersion() {
    return definition.kind().apiVersion(definition.to());
  }
}
