package io.usher.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.AdmissionResponse;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.Operation;
import io.usher.admission.Status;
import io.usher.observe.ReviewObserver;
import io.usher.patch.JsonMergePatch;
import io.usher.patch.JsonPatch;
import io.usher.patch.PatchSchema;
import io.usher.patch.StrategicMergePatch;
import io.usher.patch.StructSchema;
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

  private final @Nullable ObjectNode received;
  private @Nullable ObjectNode object;
  private @Nullable ObjectView view;
  private int next;
  private final List<String> warnings = new ArrayList<>();
  private final Map<String, String> auditAnnotations = new LinkedHashMap<>();
  private @Nullable String deniedBy;
  private @Nullable Status denial;

  /** The rule that runs now. Taking it out decides whether its result counts. */
  private final AtomicReference<@Nullable Attempt> running = new AtomicReference<>();

  Evaluation(
      String webhook,
      Phase phase,
      List<ChainedRule> rules,
      AdmissionRequest request,
      Deadline deadline,
      ReviewObserver observer) {
    this.webhook = webhook;
    this.phase = phase;
    this.rules = rules;
    this.request = request;
    this.deadline = deadline;
    this.observer = observer;
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
      if (rule.circuitOpen(observer)) {
        fail(rule, RuleFailedException.notTried(rule.name()));
        continue;
      }
      if (deadline.passed()) {
        throw RuleFailedException.tookTooLong(rule.name());
      }
      Attempt attempt = begin(rule);
      Decision decision = null;
      Throwable thrown = null;
      try {
        decision = rule.definition.rule().apply(attempt);
      } catch (Throwable t) {
        thrown = t;
      }
      if (!running.compareAndSet(attempt, null)) {
        letGo(attempt);
        return null;
      }
      finish(attempt, decision, thrown);
    }
    if (denial != null) {
      return AdmissionResponse.deny(request, denial, Warnings.shown(warnings), auditAnnotations);
    }
    JsonPatch patch = object == received ? null : JsonPatch.diff(received, object, schema());
    return AdmissionResponse.allow(request, patch, Warnings.shown(warnings), auditAnnotations);
  }

  /**
   * Takes the running rule away from its thread if its time has passed, counts the thread as hung,
   * interrupts it, and lets it run behind all others.
   *
   * @return what was given up, or null when no rule is overdue. When it may be skipped, the caller
   *     has {@link #run} called on another thread; else the review has failed
   */
  public @Nullable GivenUp giveUpOverdueRule() {
    Attempt attempt = running.get();
    if (attempt == null || !attempt.deadline.passed()) {
      return null;
    }
    synchronized (attempt) {
      if (!running.compareAndSet(attempt, null)) {
        return null;
      }
      attempt.rule.hung(attempt.thread, observer);
      attempt.thread.interrupt();
      // The kernel sees it where the JVM runs with -XX:ThreadPriorityPolicy=1.
      attempt.thread.setPriority(Thread.MIN_PRIORITY);
    }
    boolean skipped = skip(attempt.rule, RuleFailedException.tookTooLong(attempt.rule.name()));
    return new GivenUp(attempt.rule.name(), skipped);
  }

  private Attempt begin(ChainedRule rule) {
    ObjectView kept = view;
    view = null;
    var attempt = new Attempt(rule, request, object, kept, phase == Phase.MUTATING, budget(rule));
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
  private void letGo(Attempt attempt) {
    synchronized (attempt) {
      Thread.interrupted();
      attempt.thread.setPriority(Thread.NORM_PRIORITY);
    }
    attempt.rule.released(observer);
  }

  private void finish(Attempt attempt, @Nullable Decision decision, @Nullable Throwable thrown) {
    ChainedRule rule = attempt.rule;
    if (thrown instanceof OutOfMemoryError error) {
      throw error;
    }
    if (attempt.deadline.passed()) {
      fail(rule, RuleFailedException.tookTooLong(rule.name()));
      return;
    }
    try {
      if (thrown != null) {
        throw thrown;
      }
      accept(attempt, decision);
    } catch (OutOfMemoryError error) {
      throw error;
    } catch (Throwable failure) {
      fail(rule, RuleFailedException.threw(rule.name(), failure));
      return;
    }
    warnings.addAll(attempt.warnings);
    auditAnnotations.putAll(attempt.auditAnnotations);
    observer.ruleReturned(webhook, rule.name(), System.nanoTime() - attempt.startNanos);
  }

  private void accept(Attempt attempt, @Nullable Decision decision) {
    if (decision == null) {
      throw new IllegalStateException("it returned null, not a decision");
    }
    if (decision instanceof Decision.Deny deny) {
      denial = deny.status();
      deniedBy = attempt.rule.name();
    } else if (phase == Phase.VALIDATING) {
      if (decision != Decision.allow()) {
        throw new IllegalStateException("it validates, and returned a change of the object");
      }
      keepView(attempt);
    } else if (object == null || request.operation() == Operation.DELETE) {
      if (decision != Decision.allow()) {
        throw new IllegalStateException("it returned a change, and there is no object to change");
      }
    } else {
      change(attempt, decision);
    }
  }

  private void change(Attempt attempt, Decision decision) {
    ObjectNode before = object;
    object = asObject(changed(attempt, decision));
    if (object == before && decision == Decision.allow()) {
      view = attempt.view();
    }
  }

  private JsonNode changed(Attempt attempt, Decision decision) {
    ObjectView own = attempt.asked() ? attempt.view() : null;
    if (decision instanceof Decision.Replace replace) {
      return replaced(replace.object(), own);
    }
    if (decision instanceof Decision.Patch patch) {
      return patch.patch().apply(object);
    }
    if (decision instanceof Decision.MergePatch patch) {
      return JsonMergePatch.apply(object, patch.patch());
    }
    if (decision instanceof Decision.StrategicPatch patch) {
      return strategicallyPatched(patch.patch());
    }
    return own == null ? object : own.edited(object, this::schema);
  }

  private JsonNode replaced(Object replacement, @Nullable ObjectView own) {
    if (own != null && own.value == replacement) {
      return own.edited(object, this::schema);
    }
    if (replacement instanceof JsonNode tree) {
      return tree;
    }
    Object typed = ObjectMapping.decode(object, replacement.getClass(), request.describe());
    return ObjectView.merged(object, ObjectMapping.encode(typed), replacement, this::schema);
  }

  private JsonNode strategicallyPatched(JsonNode patch) {
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
  private void keepView(Attempt attempt) {
    ObjectView had = attempt.view();
    if (had != null && (!attempt.asked() || (attempt.rule.keepsView && had.unchanged()))) {
      view = had;
    }
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
