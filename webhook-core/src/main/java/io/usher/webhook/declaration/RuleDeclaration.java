package io.usher.webhook.declaration;

import io.usher.rule.OnFailure;
import io.usher.rule.Phase;
import io.usher.rule.RuleMatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule that passed the checks.
 *
 * @param method its description
 * @param phase when it runs
 * @param order its place in the chain
 * @param match what it is for
 * @param onFailure what its failure does, or null for what the webhook states
 * @param selfReviews whether reviews that the server gives itself may call it
 * @param initialize whether the Initializer asks it though it is for CREATE and not for UPDATE
 * @param arguments what each parameter takes
 * @param result what its return value is
 */
public record RuleDeclaration(
    MethodDescription method,
    Phase phase,
    int order,
    RuleMatch match,
    @Nullable OnFailure onFailure,
    boolean selfReviews,
    boolean initialize,
    List<Argument> arguments,
    Result result) {

  public RuleDeclaration {
    arguments = List.copyOf(arguments);
  }

  /** What a parameter takes. */
  public enum Argument {
    /** A view of the object. */
    OBJECT,
    /** A view of the object as it is before the operation. */
    OLD_OBJECT,
    /** The request. */
    REQUEST,
    /** The context. */
    CONTEXT,
    /** A view of the cluster's objects of one type. */
    LISTER,
    /** All that the class reads of the cluster. */
    CLUSTER
  }

  /** What a return value is. */
  public enum Result {
    /** Nothing: edits in place count. */
    NOTHING,
    /** What is decided. */
    DECISION,
    /** The object as it is to be. */
    OBJECT,
    /** A JSON Patch for the object. */
    JSON_PATCH
  }
}
