package io.usher.webhook.declaration;

import io.usher.cluster.FieldPath;
import io.usher.conversion.GroupKind;
import java.util.List;

/**
 * A conversion that passed the checks.
 *
 * @param method its description
 * @param between what it is for
 * @param arguments what each parameter takes
 * @param edits whether it returns nothing: what it did to its object counts
 */
public record ConversionDeclaration(
    MethodDescription method, Between between, List<Argument> arguments, boolean edits) {

  public ConversionDeclaration {
    arguments = List.copyOf(arguments);
  }

  /**
   * Two versions of a kind.
   *
   * @param kind of the objects
   * @param from the version that is taken
   * @param to the version that is given
   * @param loses what does not come back
   */
  public record Between(GroupKind kind, String from, String to, List<FieldPath> loses) {

    public Between {
      loses = List.copyOf(loses);
    }
  }

  /** What a parameter takes. */
  public enum Argument {
    /** The object in the version that is taken. */
    OBJECT,
    /** The context. */
    CONTEXT
  }
}
