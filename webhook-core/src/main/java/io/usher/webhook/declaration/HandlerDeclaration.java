package io.usher.webhook.declaration;

import io.usher.admission.GroupVersionResource;
import io.usher.rule.HandlerDefinition.Write;
import io.usher.rule.LabelSelector;
import java.util.List;
import java.util.Set;

/**
 * A handler that passed the checks.
 *
 * @param method its description
 * @param terms what it is for, as it is written
 * @param resource of the objects
 * @param labels over the object
 * @param arguments what each parameter takes
 * @param result what its return value is
 * @param writes what its results may need of the API server
 */
public record HandlerDeclaration(
    MethodDescription method,
    HandlerTerms terms,
    GroupVersionResource resource,
    LabelSelector labels,
    List<Argument> arguments,
    Result result,
    Set<Write> writes) {

  public HandlerDeclaration {
    arguments = List.copyOf(arguments);
    writes = Set.copyOf(writes);
  }

  /** What a parameter takes. */
  public enum Argument {
    /** The object, which is there. */
    OBJECT,
    /** The object, or nothing when it is gone. */
    OPTIONAL_OBJECT,
    /** The object as the handler saw it last. */
    OLD_OBJECT,
    /** The context. */
    CONTEXT,
    /** A view of the cluster's objects of one type. */
    LISTER,
    /** All that the class reads of the cluster. */
    CLUSTER
  }

  /** What a return value is. */
  public enum Result {
    /** Nothing is to be done. */
    NOTHING,
    /** An {@link io.usher.rule.Outcome}. */
    OUTCOME,
    /** The object as it is to be. */
    OBJECT
  }
}
