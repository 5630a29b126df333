package io.usher.rule;

import io.usher.admission.Operation;
import io.usher.cluster.LiveRead;
import io.usher.cluster.Read;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A rule with what the engine needs to know to run it.
 *
 * @param name {@code Class.method}, unique in its webhook
 * @param phase when it runs
 * @param order its place in the chain, lowest first; ties by {@code tieBreak}
 * @param tieBreak class, method and parameter types: what makes the order total
 * @param match what it is for
 * @param onFailure what its failure does; validating rules always fail the call
 * @param objectType the view of the object that it asks for, or null when it asks for none: lets
 *     the chain keep a view for the next rule of the same type
 * @param selfReviews whether reviews that the server gives itself may call it
 * @param initialize whether the Initializer asks it though it is for CREATE and not for UPDATE
 * @param reads what it may read of the cluster
 * @param liveReads what it may ask the API server itself
 * @param rule the code
 */
public record RuleDefinition(
    String name,
    Phase phase,
    int order,
    String tieBreak,
    RuleMatch match,
    OnFailure onFailure,
    @Nullable Class<?> objectType,
    boolean selfReviews,
    boolean initialize,
    List<Read> reads,
    List<LiveRead> liveReads,
    Rule rule)
    implements Comparable<RuleDefinition> {

  private static final Comparator<RuleDefinition> CHAIN =
      Comparator.comparingInt(RuleDefinition::order).thenComparing(RuleDefinition::tieBreak);

  public RuleDefinition {
    reads = List.copyOf(reads);
    liveReads = List.copyOf(liveReads);
    if (phase == Phase.VALIDATING && onFailure == OnFailure.SKIP_RULE) {
      throw new IllegalArgumentException(
          "rule " + name + " validates: its failure can't be skipped, set the failure policy");
    }
  }

  /** A rule that the server may call in its own reviews, too, and that reads its request alone. */
  public RuleDefinition(
      String name,
      Phase phase,
      int order,
      String tieBreak,
      RuleMatch match,
      OnFailure onFailure,
      @Nullable Class<?> objectType,
      Rule rule) {
    this(
        name,
        phase,
        order,
        tieBreak,
        match,
        onFailure,
        objectType,
        true,
        false,
        List.of(),
        List.of(),
        rule);
  }

  /**
   * The rule as the Initializer asks it for objects that exist: on UPDATE. Empty when it does not.
   */
  public Optional<RuleDefinition> initializing() {
    boolean asked = initialize || match.operations().contains(Operation.UPDATE);
    return phase == Phase.MUTATING && asked
        ? Optional.of(
            new RuleDefinition(
                name,
                phase,
                order,
                tieBreak,
                match.on(Operation.UPDATE),
                onFailure,
                objectType,
                selfReviews,
                initialize,
                reads,
                liveReads,
                rule))
        : Optional.empty();
  }

  /** By the place in the chain. */
  @Override
  public int compareTo(RuleDefinition other) {
    return CHAIN.compare(this, other);
  }
}
