package io.usher.engine.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.AdmissionResponse;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.Operation;
import io.usher.admission.Status;
import io.usher.engine.Deadline;
import io.usher.engine.GivenUpRules;
import io.usher.json.LazyJson;
import io.usher.observe.ReviewObserver;
import io.usher.patch.JsonMergePatch;
import io.usher.patch.JsonPatch;
import io.usher.patch.PatchSchema;
import io.usher.patch.StrategicMergePatch;
import io.usher.patch.StructSchema;
import io.usher.rule.Decision;
import io.usher.rule.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through a chain.
 *
 * <p>A thread calls {@link #run}. Another, that watches the time, may {@link #giveUpOverdueRule()
 * take the running rule away} from it; whatever that rule still does then counts for nothing, and
 * when it may be skipped, a further thread calls {@link #run} again to go on behind it. So at each
 * moment one thread owns the state: whoever last took the attempt.
 */
public final class Evaluation {

  private final String webhook;
  private final Phase phase;
  private final List<ChainedRule> rules;
  private final AdmissionRequest request;
  private final Deadline deadline;
  private final ReviewObserver observer;
  private final GivenUpRules givenUpRules;

  private final @Nullable ObjectNode received;
  private @Nullable ObjectNode object;
  private @Nullable ObjectView view;
  private int next;
  private final List<String> warnings = new ArrayList<>();
  private final Map<String, String> auditAnnotations = new LinkedHashMap<>();
  private @Nullable String deniedBy;
  private @Nullable Status denial;

  /** The rule that runs now. Taking it out decides whether its result counts. */
  private final AtomicReference<@Nullable RuleCall> running = new AtomicReference<>();

  Evaluation(
      String webhook,
      Phase phase,
      List<ChainedRule> rules,
      AdmissionRequest request,
      Deadline deadline,
      ReviewObserver observer,
      GivenUpRules givenUpRules) {
    this.webhook = webhook;
    this.phase = phase;
    this.rules = rules;
    this.request = request;
    this.deadline = deadline;
    this.observer = observer;
    this.givenUpRules = givenUpRules;
    this.received =
        request.operation() == Operation.DELETE ? request.oldObject() : request.object();
    this.object = received;
  }

  /**
   * A rule that was given up while its thread is still in it.
   *
   * @param rule its name
   * @param skipped whether the review goes on behind it
   */
  public record GivenUp(String rule, boolean skipped) {}

  /** The rule that denied the request, or null. */
  public @Nullable String deniedBy() {
    return deniedBy;
  }

  /**
   * Runs the rules that are left on this thread.
   *
   * @return the answer, or null when a rule was given up on this thread: the answer is somebody
   *     else's then
   * @throws RuleFailedException when a rule fails that may not be skipped
   */
  public @Nullable AdmissionResponse run() {
    while (next < rules.size() && deniedBy == null) {
      ChainedRule rule = rules.get(next++);
      if (!rule.filter.accepts(request, object)) {
        continue;
      }
      if (deadline.passed()) {
        throw RuleFailedException.tookTooLong(rule.name());
      }
      if (!rule.circuit.admits(observer)) {
        fail(rule, RuleFailedException.notTried(rule.name()));
        continue;
      }
      RuleCall attempt = begin(rule);
      Outcome outcome = null;
      Throwable thrown = null;
      try {
        outcome = outcome(attempt, rule.definition.rule().apply(attempt));
      } catch (Throwable t) {
        thrown = t;
      }
      if (!running.compareAndSet(attempt, null)) {
        letGo(attempt);
        return null;
      }
      finish(attempt, outcome, thrown);
    }
    if (denial != null) {
      return AdmissionResponse.deny(request, denial, Warnings.shown(warnings), auditAnnotations);
    }
    JsonPatch patch = object == received ? null : JsonPatch.diff(received, object, schema());
    return AdmissionResponse.allow(request, patch, Warnings.shown(warnings), auditAnnotations);
  }

  /**
   * Takes the running rule away from its thread if its time has passed, counts the thread as hung,
   * interrupts it, and has {@link GivenUpRules} end it.
   *
   * @return what was given up, or null when no rule is overdue. When it may be skipped, the caller
   *     has {@link #run} called on another thread; else the review has failed
   */
  public @Nullable GivenUp giveUpOverdueRule() {
    RuleCall attempt = running.get();
    if (attempt == null || !attempt.deadline.passed()) {
      return null;
    }
    synchronized (attempt) {
      if (!running.compareAndSet(attempt, null)) {
        return null;
      }
      attempt.rule.circuit.hung(attempt.thread, observer);
      attempt.giveUp();
      givenUpRules.givenUp(attempt.thread, attempt.rule.name());
      attempt.thread.interrupt();
    }
    boolean skipped = skip(attempt.rule, RuleFailedException.tookTooLong(attempt.rule.name()));
    return new GivenUp(attempt.rule.name(), skipped);
  }

  private RuleCall begin(ChainedRule rule) {
    ObjectView kept = view;
    view = null;
    // While it still reads, those behind it may have been reached.
    ObjectNode own = rule.skippable() && object != null ? LazyJson.copy(object) : object;
    var attempt = new RuleCall(rule, request, own, kept, phase == Phase.MUTATING, budget(rule));
    running.set(attempt);
    return attempt;
  }

  /** A rule that may be skipped leaves half of the time to those behind it. */
  private Deadline budget(ChainedRule rule) {
    return rule.skippable()
        ? new Deadline(deadline.atNanos() - deadline.remainingNanos() / 2)
        : deadline;
  }

  /** The thread comes back from a rule that was given up: what was done to it ends with that. */
  private void letGo(RuleCall attempt) {
    synchronized (attempt) {
      givenUpRules.cameBack(attempt.thread);
      Thread.interrupted();
    }
    attempt.rule.circuit.released(
        attempt.lateNanos(), attempt.ranNanos(), attempt.busyNanos(), observer);
  }

  private void finish(RuleCall attempt, @Nullable Outcome outcome, @Nullable Throwable thrown) {
    ChainedRule rule = attempt.rule;
    rule.circuit.returned(observer);
    if (thrown instanceof OutOfMemoryError error) {
      throw error;
    }
    if (attempt.deadline.passed()) {
      fail(rule, RuleFailedException.tookTooLong(rule.name()));
      return;
    }
    if (outcome == null) {
      fail(rule, RuleFailedException.threw(rule.name(), thrown));
      return;
    }
    if (outcome.denial != null) {
      denial = outcome.denial;
      deniedBy = rule.name();
    }
    if (outcome.changed != null) {
      object = outcome.changed;
    }
    view = outcome.view;
    warnings.addAll(attempt.warnings);
    auditAnnotations.putAll(attempt.auditAnnotations);
    observer.ruleReturned(webhook, rule.name(), System.nanoTime() - attempt.startNanos);
  }

  /**
   * What a rule makes of the chain. It is found out in the rule's time and within its attempt,
   * since a typed view's JSON is made by the code of its class, which may be a user's.
   *
   * @param changed the object from now on, when it has changed
   * @param view the rule's view, when the next rule may have it
   */
  private record Outcome(
      @Nullable Status denial, @Nullable ObjectNode changed, @Nullable ObjectView view) {

    static final Outcome NOTHING = new Outcome(null, null, null);
  }

  private Outcome outcome(RuleCall attempt, @Nullable Decision decision) {
    if (decision == null) {
      throw new IllegalStateException("it returned null, not a decision");
    }
    if (decision instanceof Decision.Deny deny) {
      return new Outcome(deny.status(), null, null);
    }
    if (phase == Phase.VALIDATING) {
      if (decision != Decision.allow()) {
        throw new IllegalStateException("it validates, and returned a change of the object");
      }
      return new Outcome(null, null, keptView(attempt));
    }
    if (attempt.object == null || request.operation() == Operation.DELETE) {
      if (decision != Decision.allow()) {
        throw new IllegalStateException("it returned a change, and there is no object to change");
      }
      return Outcome.NOTHING;
    }
    ObjectNode changed = asObject(changed(attempt, decision));
    if (changed != attempt.object) {
      return new Outcome(null, changed, null);
    }
    return new Outcome(null, null, decision == Decision.allow() ? attempt.view() : null);
  }

  private JsonNode changed(RuleCall attempt, Decision decision) {
    ObjectNode object = attempt.object;
    ObjectView own = attempt.asked() ? attempt.view() : null;
    if (decision instanceof Decision.Replace replace) {
      return replaced(object, replace.object(), own);
    }
    if (decision instanceof Decision.Patch patch) {
      return patch.patch().apply(object);
    }
    if (decision instanceof Decision.MergePatch patch) {
      return JsonMergePatch.apply(object, patch.patch());
    }
    if (decision instanceof Decision.StrategicPatch patch) {
      return strategicallyPatched(object, patch.patch());
    }
    return own == null ? object : own.edited(object, this::schema);
  }

  private JsonNode replaced(ObjectNode object, Object replacement, @Nullable ObjectView own) {
    if (own != null && own.value == replacement) {
      return own.edited(object, this::schema);
    }
    if (replacement instanceof JsonNode tree) {
      return tree;
    }
    Object typed = ObjectMapping.decode(object, replacement.getClass(), request.describe());
    return ObjectView.merged(object, ObjectMapping.encode(typed), replacement, this::schema);
  }

  private JsonNode strategicallyPatched(ObjectNode object, JsonNode patch) {
    StructSchema schema = schema();
    if (schema == StructSchema.none()) {
      throw new IllegalStateException(
          "there is no strategic merge patch for " + request.kind() + ", use a JSON merge patch");
    }
    return StrategicMergePatch.apply(object, patch, schema);
  }

  private static ObjectNode asObject(JsonNode tree) {
    if (tree instanceof ObjectNode node) {
      return node;
    }
    throw new IllegalStateException("it made the object a JSON " + tree.getNodeType());
  }

  /** A validator's edits are discarded, and with them its view. */
  private static @Nullable ObjectView keptView(RuleCall attempt) {
    ObjectView had = attempt.view();
    boolean kept = had != null && (!attempt.asked() || (attempt.rule.keepsView && had.unchanged()));
    return kept ? had : null;
  }

  private StructSchema schema() {
    GroupVersionKind kind = request.kind();
    return PatchSchema.builtIn().forKind(kind.group(), kind.version(), kind.kind());
  }

  private void fail(ChainedRule rule, RuleFailedException failure) {
    if (!skip(rule, failure)) {
      throw failure;
    }
  }

  private boolean skip(ChainedRule rule, RuleFailedException failure) {
    boolean skipped = rule.skippable() && !deadline.passed();
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    observer.ruleFailed(webhook, rule.name(), request, skipped, cause);
    if (skipped) {
      warnings.add("rule " + rule.name() + " failed and was skipped");
    }
    return skipped;
  }
}
