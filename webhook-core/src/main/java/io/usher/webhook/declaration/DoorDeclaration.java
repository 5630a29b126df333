package io.usher.webhook.declaration;

import java.util.List;

/**
 * A rule of a door that passed the checks.
 *
 * @param method its description
 * @param terms whose question it answers, and its place
 * @param arguments what each parameter takes
 */
public record DoorDeclaration(MethodDescription method, DoorTerms terms, List<Argument> arguments) {

  public DoorDeclaration {
    arguments = List.copyOf(arguments);
  }

  /** What a parameter takes. */
  public enum Argument {
    /** The question. */
    REQUEST,
    /** The context. */
    CONTEXT,
    /** A view of the cluster's objects of one type. */
    LISTER,
    /** All that the class reads of the cluster. */
    CLUSTER
  }
}
