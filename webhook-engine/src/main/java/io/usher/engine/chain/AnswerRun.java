package io.usher.engine.chain;

import io.usher.engine.ClusterViews;
import io.usher.engine.Deadline;
import io.usher.engine.Evaluation;
import io.usher.engine.GivenUpRules;
import io.usher.engine.OutOfMemory;
import io.usher.engine.RuleEvents;
import io.usher.engine.RuleFailedException;
import io.usher.engine.RunningCall;
import io.usher.engine.chain.AnswerChain.Answering;
import io.usher.engine.chain.AnswerChain.Asked;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One question on its way through a chain. One thread at a time owns it: whoever last ended a call
 * or took one away, as {@link RunningCall} decides.
 */
final class AnswerRun<Q, A> implements Evaluation<A> {

  private final List<Asked<Q, A>> rules;
  private final Answering<Q, A> answering;
  private final Q question;
  private final ReviewIdentity review;
  private final Deadline deadline;
  private final ReviewObserver observer;
  private final ClusterViews views;
  private final RunningCall<AnswerCall> running;

  private int next;
  private final List<A> answers = new ArrayList<>();
  private @Nullable A decision;
  private @Nullable String decidedBy;

  /** Of a rule that those behind it were asked after. */
  private @Nullable RuleFailedException failure;

  private volatile @Nullable Duration viewAge;

  AnswerRun(
      List<Asked<Q, A>> rules,
      Answering<Q, A> answering,
      Q question,
      ReviewIdentity review,
      Deadline deadline,
      ReviewObserver observer,
      GivenUpRules givenUpRules,
      ClusterViews views) {
    this.rules = rules;
    this.answering = answering;
    this.question = question;
    this.review = review;
    this.deadline = deadline;
    this.observer = observer;
    this.views = views;
    this.running = new RunningCall<>(givenUpRules);
  }

  @Override
  public @Nullable String decidedBy() {
    return decidedBy;
  }

  @Override
  public List<String> changedBy() {
    return List.of();
  }

  @Override
  public @Nullable Duration viewAge() {
    return viewAge;
  }

  @Override
  public @Nullable A run() {
    while (next < rules.size() && decision == null) {
      if (!call(rules.get(next++))) {
        return null;
      }
    }
    if (decision != null) {
      return decision;
    }
    if (failure != null) {
      // It may have known: that is not to be kept as an answer.
      throw failure;
    }
    return answering.undecided(answers);
  }

  @Override
  public @Nullable GivenUp giveUpOverdueRule() {
    AnswerCall call = running.takeOverdue();
    if (call == null) {
      return null;
    }
    return new GivenUp(call.rule(), pass(call, RuleFailedException.tookTooLong(call.rule())));
  }

  /** Calls a rule; false when it was taken away from this thread. */
  private boolean call(Asked<Q, A> rule) {
    if (deadline.passed()) {
      throw RuleFailedException.tookTooLong(rule.name());
    }
    var events = new RuleEvents(observer, review, rule.name());
    // A rule that may be passed leaves half of the time to those behind it.
    boolean passable = answering.passesFailures() && next < rules.size();
    Deadline budget = passable ? deadline.half() : deadline;
    var call = new AnswerCall(rule, views, budget, events);
    if (!rule.circuit().admits(events)) {
      fail(call, RuleFailedException.notTried(rule.name()));
      return true;
    }
    running.begin(call);
    A answer = null;
    Throwable thrown = null;
    // From here on the circuit and the watchdog know of the call: whatever fails, it is ended.
    try {
      events.began();
      answer = rule.definition().rule().answer(question, call);
      if (answer == null) {
        throw new IllegalStateException("it returned null, not an answer");
      }
    } catch (Throwable t) {
      thrown = t;
    }
    if (!running.end(call)) {
      return false;
    }
    finish(call, rule, answer, thrown);
    return true;
  }

  private void finish(
      AnswerCall call, Asked<Q, A> rule, @Nullable A answer, @Nullable Throwable thrown) {
    rule.circuit().returned(call.events);
    Duration age = call.cluster.age();
    Duration before = viewAge;
    if (age != null && (before == null || age.compareTo(before) > 0)) {
      viewAge = age;
    }
    if (thrown instanceof OutOfMemoryError error && OutOfMemory.isExhaustion(error)) {
      throw error;
    }
    if (call.deadline().passed()) {
      fail(call, RuleFailedException.tookTooLong(rule.name()));
      return;
    }
    if (answer == null) {
      Throwable cause = answering.loggable(question, Objects.requireNonNull(thrown));
      fail(call, RuleFailedException.threw(rule.name(), cause));
      return;
    }
    A told = answering.told(question, answer);
    if (answering.decides(told)) {
      decision = told;
      decidedBy = rule.name();
    } else {
      answers.add(told);
    }
    call.events.returned(call.ranNanos());
  }

  private void fail(AnswerCall call, RuleFailedException failed) {
    if (!pass(call, failed)) {
      throw failed;
    }
  }

  private boolean pass(AnswerCall call, RuleFailedException failed) {
    boolean passed = answering.passesFailures() && !deadline.passed();
    Throwable cause = failed.getCause() == null ? failed : failed.getCause();
    call.events.failed(answering.describe(question), passed, cause);
    if (passed && failure == null) {
      failure = failed;
    }
    return passed;
  }
}
