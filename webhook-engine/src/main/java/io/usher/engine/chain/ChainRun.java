package io.usher.engine.chain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.AdmissionResponse;
import io.usher.admission.Operation;
import io.usher.admission.Status;
import io.usher.engine.ClusterViews;
import io.usher.engine.Deadline;
import io.usher.engine.Evaluation;
import io.usher.engine.GivenUpRules;
import io.usher.engine.OutOfMemory;
import io.usher.engine.RuleEvents;
import io.usher.engine.RuleFailedException;
import io.usher.engine.RunningCall;
import io.usher.json.LazyJson;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.patch.JsonPatch;
import io.usher.rule.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through a chain. One thread at a time owns it: whoever last ended a call
 * or took one away, as {@link RunningCall} decides.
 */
final class ChainRun implements Evaluation<AdmissionResponse> {

  private final List<ChainedRule> rules;
  private final AdmissionRequest request;
  private final ReviewIdentity review;
  private final Deadline deadline;
  private final ReviewObserver observer;
  private final ClusterViews views;
  private final RunningCall<RuleCall> running;
  private final DecisionApplier applier;
  private final boolean mutating;

  private final @Nullable ObjectNode received;
  private @Nullable ObjectNode object;
  private @Nullable ObjectView view;
  private int next;
  private final List<String> warnings = new ArrayList<>();
  private final Map<String, String> auditAnnotations = new LinkedHashMap<>();

  /** Read by the watchdog, too. */
  private final List<String> changedBy = new CopyOnWriteArrayList<>();

  private @Nullable String deniedBy;
  private @Nullable Status denial;
  private volatile @Nullable Duration viewAge;

  ChainRun(
      Phase phase,
      List<ChainedRule> rules,
      AdmissionRequest request,
      ReviewIdentity review,
      Deadline deadline,
      ReviewObserver observer,
      GivenUpRules givenUpRules,
      ClusterViews views) {
    this.rules = rules;
    this.request = request;
    this.review = review;
    this.deadline = deadline;
    this.observer = observer;
    this.views = views;
    this.running = new RunningCall<>(givenUpRules);
    this.applier = new DecisionApplier(phase, request);
    this.mutating = phase == Phase.MUTATING;
    this.received =
        request.operation() == Operation.DELETE ? request.oldObject() : request.object();
    this.object = received;
  }

  @Override
  public @Nullable String decidedBy() {
    return deniedBy;
  }

  @Override
  public List<String> changedBy() {
    return changedBy;
  }

  @Override
  public @Nullable Duration viewAge() {
    return viewAge;
  }

  @Override
  public @Nullable AdmissionResponse run() {
    while (next < rules.size() && deniedBy == null) {
      ChainedRule rule = rules.get(next++);
      if (rule.filter.accepts(request, object) && !call(rule)) {
        return null;
      }
    }
    if (denial != null) {
      return AdmissionResponse.deny(request, denial, Warnings.shown(warnings), auditAnnotations);
    }
    JsonPatch patch =
        object == null || received == null || object == received
            ? null
            : JsonPatch.diff(received, object, applier.schema());
    return AdmissionResponse.allow(request, patch, Warnings.shown(warnings), auditAnnotations);
  }

  @Override
  public @Nullable GivenUp giveUpOverdueRule() {
    RuleCall call = running.takeOverdue();
    if (call == null) {
      return null;
    }
    return new GivenUp(
        call.rule.name(), skip(call, RuleFailedException.tookTooLong(call.rule.name())));
  }

  /** Calls a rule; false when it was taken away from this thread. */
  private boolean call(ChainedRule rule) {
    if (deadline.passed()) {
      throw RuleFailedException.tookTooLong(rule.name());
    }
    var events = new RuleEvents(observer, review, rule.name());
    RuleCall call = prepare(rule, events);
    if (!rule.circuit.admits(events)) {
      fail(call, RuleFailedException.notTried(rule.name()));
      return true;
    }
    view = null;
    running.begin(call);
    Outcome outcome = null;
    Throwable thrown = null;
    // From here on the circuit and the watchdog know of the call: whatever fails, it is ended.
    try {
      events.began();
      outcome = applier.apply(call, rule.definition.rule().apply(call));
    } catch (Throwable t) {
      thrown = t;
    }
    if (!running.end(call)) {
      return false;
    }
    finish(call, outcome, thrown);
    return true;
  }

  private RuleCall prepare(ChainedRule rule, RuleEvents events) {
    // While it still reads, those behind it may have been reached.
    ObjectNode own = rule.skippable() && object != null ? LazyJson.copy(object) : object;
    // A rule that may be skipped leaves half of the time to those behind it.
    Deadline budget = rule.skippable() ? deadline.half() : deadline;
    return new RuleCall(rule, request, own, view, mutating, views, budget, events);
  }

  private void finish(RuleCall call, @Nullable Outcome outcome, @Nullable Throwable thrown) {
    ChainedRule rule = call.rule;
    rule.circuit.returned(call.events);
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
    if (outcome == null) {
      fail(call, RuleFailedException.threw(rule.name(), Objects.requireNonNull(thrown)));
      return;
    }
    if (outcome.denial() != null) {
      denial = outcome.denial();
      deniedBy = rule.name();
    }
    ObjectNode changed = outcome.changed();
    if (changed != null) {
      call.events.objectChanged(Objects.requireNonNull(object), changed);
      object = changed;
      changedBy.add(rule.name());
    }
    view = outcome.view();
    warnings.addAll(call.warnings);
    auditAnnotations.putAll(call.auditAnnotations);
    call.events.returned(call.ranNanos());
  }

  private void fail(RuleCall call, RuleFailedException failure) {
    if (!skip(call, failure)) {
      throw failure;
    }
  }

  private boolean skip(RuleCall call, RuleFailedException failure) {
    boolean skipped = call.rule.skippable() && !deadline.passed();
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    call.events.failed(request.describe(), skipped, cause);
    if (skipped) {
      warnings.add("rule " + call.rule.name() + " failed and was skipped");
    }
    return skipped;
  }
}
