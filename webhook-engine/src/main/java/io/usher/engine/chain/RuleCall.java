package io.usher.engine.chain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.Operation;
import io.usher.cluster.ClusterReader;
import io.usher.engine.CallCluster;
import io.usher.engine.ClusterViews;
import io.usher.engine.Deadline;
import io.usher.engine.ObjectMapping;
import io.usher.engine.RuleEvents;
import io.usher.engine.TimedCall;
import io.usher.rule.RuleContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One call of one rule. What it gathers enters the evaluation only when the rule has returned in
 * time; whoever takes the attempt from the evaluation decides that.
 */
final class RuleCall extends TimedCall implements RuleContext {

  /** What is left of a Kubernetes name of 63 characters when there is no slash in it. */
  private static final Pattern AUDIT_KEY =
      Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

  final ChainedRule rule;
  final RuleEvents events;
  final List<String> warnings = new ArrayList<>();
  final Map<String, String> auditAnnotations = new LinkedHashMap<>();

  /** What the rule's views are copies of. */
  final @Nullable ObjectNode object;

  final CallCluster cluster;

  private final AdmissionRequest request;
  private final boolean mutating;
  private @Nullable ObjectView view;
  private boolean asked;

  /**
   * @param object as the chain has it; never handed out
   * @param view one that an earlier rule left as it was, or null
   */
  RuleCall(
      ChainedRule rule,
      AdmissionRequest request,
      @Nullable ObjectNode object,
      @Nullable ObjectView view,
      boolean mutating,
      ClusterViews views,
      Deadline deadline,
      RuleEvents events) {
    super(rule.name(), rule.circuit, events, deadline);
    this.rule = rule;
    this.request = request;
    this.object = object;
    this.view = view;
    this.mutating = mutating;
    this.cluster =
        new CallCluster(
            rule.name(), rule.definition.reads(), rule.definition.liveReads(), views, deadline);
    this.events = events;
  }

  @Nullable ObjectView view() {
    return view;
  }

  @Override
  public AdmissionRequest request() {
    return request;
  }

  @Override
  public <T> T object(Class<T> type) {
    ObjectView had = view;
    if (had != null && had.type != type && asked) {
      throw new IllegalStateException(
          "rule "
              + rule.name()
              + " has its object as "
              + had.type.getName()
              + " already and asks for "
              + type.getName()
              + ": a rule has one view of the object");
    }
    if (object == null) {
      throw new IllegalStateException(
          request.operation() + " of " + request.describe() + " carries no object");
    }
    if (had == null || had.type != type) {
      boolean comparable = rule.keepsView || (mutating && request.operation() != Operation.DELETE);
      ObjectNode tree = object;
      had =
          work(
              type, () -> ObjectView.of(tree, type, comparable, "object of " + request.describe()));
      view = had;
    }
    asked = true;
    return type.cast(had.value);
  }

  /** Whether the rule has looked at its view. */
  boolean asked() {
    return asked;
  }

  @Override
  public <T> @Nullable T oldObject(Class<T> type) {
    ObjectNode old = request.oldObject();
    return old == null
        ? null
        : work(type, () -> ObjectMapping.decode(old, type, "oldObject of " + request.describe()));
  }

  @Override
  public ClusterReader cluster() {
    return cluster;
  }

  @Override
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, deadline().remainingNanos()));
  }

  @Override
  public void warn(String text) {
    warnings.add(text);
  }

  @Override
  public void audit(String key, String value) {
    if (!AUDIT_KEY.matcher(key).matches()) {
      throw new IllegalArgumentException(
          "audit annotation key \""
              + key
              + "\" is not a name of at most 63 letters, digits, '-',"
              + " '_' and '.' (the API server puts the webhook's name before it)");
    }
    auditAnnotations.put(key, value);
  }
}
