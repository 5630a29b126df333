package io.usher.engine.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.Operation;
import io.usher.engine.ObjectMapping;
import io.usher.patch.JsonMergePatch;
import io.usher.patch.PatchSchema;
import io.usher.patch.StrategicMergePatch;
import io.usher.patch.StructSchema;
import io.usher.rule.Decision;
import io.usher.rule.Phase;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a decision makes of the object. It does so in the rule's time and within its call,
 * because the code of a typed view's class, which may be a user's, makes the view's JSON.
 */
final class DecisionApplier {

  private final Phase phase;
  private final AdmissionRequest request;

  DecisionApplier(Phase phase, AdmissionRequest request) {
    this.phase = phase;
    this.request = request;
  }

  Outcome apply(RuleCall call, @Nullable Decision decision) {
    if (decision == null) {
      throw new IllegalStateException("it returned null, not a decision");
    }
    return call.work(typed(call, decision), () -> outcome(call, decision));
  }

  /** The type whose code makes the object's JSON. */
  private static Class<?> typed(RuleCall call, Decision decision) {
    if (decision instanceof Decision.Replace replace) {
      return replace.object().getClass();
    }
    ObjectView view = call.view();
    return view == null ? ObjectNode.class : view.type;
  }

  private Outcome outcome(RuleCall call, Decision decision) {
    return switch (decision.kind()) {
      case DENY -> new Outcome(((Decision.Deny) decision).status(), null, null);
      case ALLOW -> allowed(call);
      case REPLACE -> changed(call, replaced(call, ((Decision.Replace) decision).object()));
      case PATCH -> changed(call, ((Decision.Patch) decision).patch().apply(objectToChange(call)));
      case MERGE_PATCH ->
          changed(
              call,
              JsonMergePatch.apply(objectToChange(call), ((Decision.MergePatch) decision).patch()));
      case STRATEGIC_MERGE_PATCH ->
          changed(call, strategicallyPatched(call, ((Decision.StrategicPatch) decision).patch()));
    };
  }

  /** What is declared of the object's lists. */
  StructSchema schema() {
    GroupVersionKind kind = request.kind();
    return PatchSchema.builtIn().forKind(kind.group(), kind.version(), kind.kind());
  }

  private Outcome allowed(RuleCall call) {
    if (phase == Phase.VALIDATING) {
      return new Outcome(null, null, keptView(call));
    }
    ObjectNode object = call.object;
    if (object == null || request.operation() == Operation.DELETE) {
      return Outcome.NOTHING;
    }
    ObjectView view = call.view();
    JsonNode edited = view == null || !call.asked() ? object : view.edited(object, this::schema);
    return edited == object ? new Outcome(null, null, view) : changed(call, edited);
  }

  private Outcome changed(RuleCall call, JsonNode tree) {
    if (!(tree instanceof ObjectNode object)) {
      throw new IllegalStateException("it made the object a JSON " + tree.getNodeType());
    }
    return object == call.object ? Outcome.NOTHING : new Outcome(null, object, null);
  }

  private ObjectNode objectToChange(RuleCall call) {
    if (phase == Phase.VALIDATING) {
      throw new IllegalStateException("it validates, and returned a change of the object");
    }
    if (call.object == null || request.operation() == Operation.DELETE) {
      throw new IllegalStateException("it returned a change, and there is no object to change");
    }
    return call.object;
  }

  private JsonNode replaced(RuleCall call, Object replacement) {
    ObjectNode object = objectToChange(call);
    ObjectView own = call.asked() ? call.view() : null;
    if (own != null && own.value == replacement) {
      return own.edited(object, this::schema);
    }
    return ObjectMapping.replaced(object, replacement, this::schema, request.describe());
  }

  private JsonNode strategicallyPatched(RuleCall call, JsonNode patch) {
    ObjectNode object = objectToChange(call);
    StructSchema schema = schema();
    if (schema == StructSchema.none()) {
      throw new IllegalStateException(
          "there is no strategic merge patch for " + request.kind() + ", use a JSON merge patch");
    }
    return StrategicMergePatch.apply(object, patch, schema);
  }

  /** A validator's edits are discarded, and with them its view. */
  private static @Nullable ObjectView keptView(RuleCall call) {
    ObjectView had = call.view();
    boolean kept = had != null && (!call.asked() || (call.rule.keepsView && had.unchanged()));
    return kept ? had : null;
  }
}
