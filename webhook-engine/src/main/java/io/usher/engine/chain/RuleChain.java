package io.usher.engine.chain;

import io.usher.admission.AdmissionRequest;
import io.usher.admission.AdmissionResponse;
import io.usher.engine.ClusterViews;
import io.usher.engine.Deadline;
import io.usher.engine.Evaluation;
import io.usher.engine.GivenUpRules;
import io.usher.engine.ObjectMapping;
import io.usher.engine.Ticker;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.rule.Phase;
import io.usher.rule.RuleDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The rules of one webhook's phase, in order. Each sees the object as the earlier ones left it, in
 * a copy of its own; the first denial ends the chain.
 *
 * <p>Thread-safe: any number of requests are evaluated at once.
 */
public final class RuleChain {

  private final Phase phase;
  private final GivenUpRules givenUpRules;
  private final ClusterViews views;
  private final List<ChainedRule> chained;

  /** A chain of these rules, whose code nobody ends when it goes on after it was given up. */
  public RuleChain(String webhook, Phase phase, List<RuleDefinition> rules) {
    this(webhook, phase, rules, GivenUpRules.NONE, ClusterViews.NONE, Ticker.SYSTEM);
  }

  /**
   * A chain of these rules, which it puts in order.
   *
   * @param givenUpRules ends what goes on after it was given up
   * @param views what rules read of the cluster
   * @param ticker what circuits measure time by
   * @throws IllegalArgumentException when a rule is of the other phase, or two have one name
   */
  public RuleChain(
      String webhook,
      Phase phase,
      List<RuleDefinition> rules,
      GivenUpRules givenUpRules,
      ClusterViews views,
      Ticker ticker) {
    this.phase = phase;
    this.givenUpRules = givenUpRules;
    this.views = views;
    var names = new HashSet<String>();
    for (RuleDefinition rule : rules) {
      if (rule.phase() != phase) {
        throw new IllegalArgumentException(
            "rule " + rule.name() + " is " + rule.phase() + ", the chain is " + phase);
      }
      if (!names.add(rule.name())) {
        throw new IllegalArgumentException("webhook " + webhook + " has two rules " + rule.name());
      }
    }
    var ordered = rules.stream().sorted().toList();
    var chain = new ArrayList<ChainedRule>();
    for (int i = 0; i < ordered.size(); i++) {
      RuleDefinition rule = ordered.get(i);
      chain.add(new ChainedRule(rule, asksAgain(rule, ordered, i + 1), ticker));
    }
    this.chained = List.copyOf(chain);
  }

  /** The rules in the order in which they run. */
  public List<RuleDefinition> rules() {
    return chained.stream().map(rule -> rule.definition).toList();
  }

  /**
   * Begins the evaluation of one request; nothing runs yet.
   *
   * @param review for the observer
   * @param deadline passes for all rules together
   * @param observer learns of each rule
   */
  public Evaluation<AdmissionResponse> evaluate(
      AdmissionRequest request, ReviewIdentity review, Deadline deadline, ReviewObserver observer) {
    return new ChainRun(phase, chained, request, review, deadline, observer, givenUpRules, views);
  }

  private static boolean asksAgain(RuleDefinition rule, List<RuleDefinition> rules, int from) {
    Class<?> type = rule.objectType();
    return type != null
        && !ObjectMapping.isTree(type)
        && rules.subList(from, rules.size()).stream().anyMatch(r -> r.objectType() == type);
  }
}
