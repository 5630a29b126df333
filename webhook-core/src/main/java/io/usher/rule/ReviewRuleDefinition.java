package io.usher.rule;

import io.usher.cluster.LiveRead;
import io.usher.cluster.Read;
import java.util.Comparator;
import java.util.List;

/**
 * A rule that answers a {@link Door}'s question, with what the engine needs to know to run it.
 *
 * @param name {@code Class.method}, unique among the rules of its webhook
 * @param order its place among those of its door, lowest first
 * @param tieBreak orders rules of the same {@code order}
 * @param reads what it may read of the cluster
 * @param liveReads what it may ask the API server itself
 * @param rule the code
 */
public record ReviewRuleDefinition<Q, A>(
    String name,
    int order,
    String tieBreak,
    List<Read> reads,
    List<LiveRead> liveReads,
    ReviewRule<Q, A> rule)
    implements Comparable<ReviewRuleDefinition<?, ?>> {

  private static final Comparator<ReviewRuleDefinition<?, ?>> ORDER =
      Comparator.<ReviewRuleDefinition<?, ?>>comparingInt(ReviewRuleDefinition::order)
          .thenComparing(ReviewRuleDefinition::tieBreak);

  public ReviewRuleDefinition {
    reads = List.copyOf(reads);
    liveReads = List.copyOf(liveReads);
  }

  /** A rule that reads nothing of the cluster. */
  public static <Q, A> ReviewRuleDefinition<Q, A> of(
      String name, int order, ReviewRule<Q, A> rule) {
    return new ReviewRuleDefinition<>(name, order, name, List.of(), List.of(), rule);
  }

  /** The order in which rules are asked. */
  @Override
  public int compareTo(ReviewRuleDefinition<?, ?> other) {
    return ORDER.compare(this, other);
  }
}
