package io.usher.rule;

import io.usher.cluster.ClusterReader;
import java.time.Duration;

/**
 * One call of one rule that answers a {@link Door}'s question: what it may see beside the request.
 * Used by the thread that the rule was called on, until the rule returns.
 */
public interface CallContext {

  /** What the rule's class, or its webhook's builder, declares to read of the cluster. */
  ClusterReader cluster();

  /** How much of this rule's budget is left; zero when it has passed. */
  Duration remaining();
}
