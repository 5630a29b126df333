package io.usher.rule;

import io.usher.admission.AdmissionRequest;
import io.usher.observe.ReviewObserver;
import java.util.List;

/**
 * The rules of one webhook's phase, in order. Each sees the object as the earlier ones left it, in
 * a copy of its own; the first denial ends the chain.
 */
public final class RuleChain {

  private final String webhook;
  private final Phase phase;
  private final List<RuleDefinition> rules;

  /**
   * A chain of these rules, which it puts in order.
   *
   * @throws IllegalArgumentException when a rule is of the other phase
   */
  public RuleChain(String webhook, Phase phase, List<RuleDefinition> rules) {
    this.webhook = webhook;
    this.phase = phase;
    this.rules = rules;
  }

  /** The rules in the order in which they run. */
  public List<RuleDefinition> rules() {
    return rules;
  }

  /** Begins the evaluation of one request; nothing runs yet. */
  public Evaluation evaluate(AdmissionRequest request, Deadline deadline, ReviewObserver observer) {
    throw new UnsupportedOperationException(webhook + phase);
  }
}
