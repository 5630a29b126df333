package io.usher.engine.chain;

import io.usher.engine.Circuit;
import io.usher.engine.ClusterViews;
import io.usher.engine.Deadline;
import io.usher.engine.Evaluation;
import io.usher.engine.GivenUpRules;
import io.usher.engine.Ticker;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.rule.ReviewRuleDefinition;
import java.util.List;

/**
 * The rules of one webhook's door, in order: the first that decides answers.
 *
 * <p>Thread-safe: any number of requests are evaluated at once.
 *
 * @param <Q> the question
 * @param <A> the answer
 */
public final class AnswerChain<Q, A> {

  private final Answering<Q, A> answering;
  private final GivenUpRules givenUpRules;
  private final ClusterViews views;
  private final List<Asked<Q, A>> rules;

  /**
   * A chain of these rules, which it puts in order.
   *
   * @param answering what answers mean
   * @param givenUpRules ends what goes on after it was given up
   * @param views what rules read of the cluster
   * @param ticker what circuits measure time by
   */
  public AnswerChain(
      List<ReviewRuleDefinition<Q, A>> rules,
      Answering<Q, A> answering,
      GivenUpRules givenUpRules,
      ClusterViews views,
      Ticker ticker) {
    this.answering = answering;
    this.givenUpRules = givenUpRules;
    this.views = views;
    this.rules =
        rules.stream().sorted().map(rule -> new Asked<>(rule, new Circuit(ticker))).toList();
  }

  /**
   * What the answers of a door's rules mean.
   *
   * @param <Q> the question
   * @param <A> the answer
   */
  public interface Answering<Q, A> {

    /** What is told of a rule's answer. */
    A told(Q question, A answer);

    /** Whether no later rule is asked. */
    boolean decides(A answer);

    /** The answer where no rule decided. */
    A undecided(List<A> answers);

    /** Whether the rules behind one that fails are asked, as none could decide otherwise by it. */
    boolean passesFailures();

    /** What a rule threw, in a form that may be logged. */
    Throwable loggable(Q question, Throwable thrown);

    /** The question for a message. */
    String describe(Q question);
  }

  /**
   * A rule in its chain.
   *
   * @param definition what it is
   * @param circuit whether it is tried
   */
  record Asked<Q, A>(ReviewRuleDefinition<Q, A> definition, Circuit circuit) {

    String name() {
      return definition.name();
    }
  }

  /**
   * Begins the evaluation of one request; nothing runs yet.
   *
   * @param review for the observer
   * @param deadline passes for all rules together
   * @param observer learns of each rule
   */
  public Evaluation<A> evaluate(
      Q question, ReviewIdentity review, Deadline deadline, ReviewObserver observer) {
    return new AnswerRun<>(
        rules, answering, question, review, deadline, observer, givenUpRules, views);
  }
}
