package io.usher.engine.chain;

import io.usher.cluster.ClusterReader;
import io.usher.engine.CallCluster;
import io.usher.engine.ClusterViews;
import io.usher.engine.Deadline;
import io.usher.engine.RuleEvents;
import io.usher.engine.TimedCall;
import io.usher.rule.CallContext;
import java.time.Duration;

/** One call of one rule of a door. */
final class AnswerCall extends TimedCall implements CallContext {

  final RuleEvents events;
  final CallCluster cluster;

  AnswerCall(
      AnswerChain.Asked<?, ?> rule, ClusterViews views, Deadline deadline, RuleEvents events) {
    super(rule.name(), rule.circuit(), events, deadline);
    this.events = events;
    this.cluster =
        new CallCluster(
            rule.name(), rule.definition().reads(), rule.definition().liveReads(), views, deadline);
  }

  @Override
  public ClusterReader cluster() {
    return cluster;
  }

  @Override
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, deadline().remainingNanos()));
  }
}
