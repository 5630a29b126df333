package io.usher.rule;

import io.usher.cluster.FieldPath;
import io.usher.conversion.GroupKind;
import java.util.List;

/**
 * A conversion with what the engine needs to know to run it.
 *
 * @param name {@code Class.method}, unique among the rules of its webhook
 * @param kind of the objects
 * @param from the version that it takes
 * @param to the version that it gives
 * @param loses what does not come back
 * @param converter the code
 */
public record ConversionDefinition(
    String name,
    GroupKind kind,
    String from,
    String to,
    List<FieldPath> loses,
    Converter converter) {

  public ConversionDefinition {
    loses = List.copyOf(loses);
  }
}
