package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.match.EvaluationException;
import io.usher.apiserver.admission.match.MatchConditions;
import io.usher.apiserver.admission.match.Refusal;
import io.usher.apiserver.admission.match.Reinvocation;
import io.usher.apiserver.admission.policy.ParamSource.ParamResource;
import io.usher.apiserver.admission.policy.PolicySource.Bound;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The mutating policies about one write, once. Which they are is decided before the first changes
 * the object. For one thread.
 */
final class MutationRound {

  private static final String INVALID = "Invalid";

  private final PolicyRun run;
  private final AdmissionAttributes attributes;
  private final Reinvocation reinvocation;
  private final List<Invocation> invocations = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();

  /** A policy, with one of its bindings and one of the binding's parameters. */
  private record Invocation(
      Policy<MutatingProgram> policy,
      PolicyBinding binding,
      JsonNode params,
      ApiResource resource) {

    String key() {
      JsonNode metadata = params.path("metadata");
      return String.join(
          "/",
          policy.name(),
          binding.name(),
          metadata.path("namespace").asText(),
          metadata.path("name").asText());
    }
  }

  /**
   * What keeps a write from being admitted.
   *
   * @param reason the status' reason, or empty for Forbidden
   */
  private record Failure(String message, String reason) {}

  MutationRound(PolicyContext context, AdmissionAttributes attributes, Reinvocation reinvocation) {
    run = new PolicyRun(context, attributes, reinvocation.nanosTaken());
    this.attributes = attributes;
    this.reinvocation = reinvocation;
  }

  /** Takes a policy with each of its bindings, if they are about the write. */
  void select(Bound<MutatingProgram> bound) {
    Policy<MutatingProgram> policy = bound.policy();
    ApiResource resource;
    ParamResource paramResource;
    try {
      resource = run.match(policy.constraints());
      if (resource == null) {
        return;
      }
      paramResource = run.paramResource(policy);
    } catch (ConfigurationException e) {
      misconfigured(policy, e);
      return;
    }
    for (PolicyBinding binding : bound.bindings()) {
      try {
        if (run.matches(binding) && isSeen(policy, resource)) {
          for (JsonNode params : run.params(policy, binding, paramResource)) {
            invocations.add(new Invocation(policy, binding, params, resource));
          }
        }
      } catch (ConfigurationException e) {
        fail(policy, binding, "failed to configure binding: " + e.getMessage(), "");
      }
    }
  }

  /** Whether the object can be converted to the version that a policy sees. */
  private boolean isSeen(Policy<?> policy, ApiResource resource) {
    try {
      run.write(resource);
      return true;
    } catch (ConfigurationException e) {
      misconfigured(policy, e);
      return false;
    }
  }

  /**
   * Has all of them change the object.
   *
   * @throws ApiException 403 where one failed, and failures are not ignored
   */
  void run() {
    if (!invocations.isEmpty()) {
      reinvocation.compare(attributes.object());
      boolean ran = false;
      for (Invocation invocation : invocations) {
        ran |= invoke(invocation);
      }
      if (ran) {
        reinvocation.allRan();
      }
      reinvocation.roundIsDone(attributes.object());
      reinvocation.took(run.nanosTaken());
    }
    if (!failures.isEmpty()) {
      throw new ApiException(refusal());
    }
  }

  /** Whether it made something of the object, the same or another. */
  private boolean invoke(Invocation invocation) {
    MutatingProgram program = invocation.policy.compiled();
    if (!holds(invocation, program.conditions())
        || !reinvocation.isCalled(invocation.key())
        || attributes.object() == null) {
      return false;
    }
    run.tell("MutatingAdmissionPolicy", invocation.policy, invocation.binding);
    boolean ran = false;
    ObjectNode before = attributes.written().deepCopy();
    for (Mutation mutation : program.mutations()) {
      try {
        mutation.change(run.write(invocation.resource), invocation.params);
        run.changed();
        ran = true;
      } catch (EvaluationException e) {
        fail(invocation.policy, invocation.binding, String.valueOf(e.getMessage()), INVALID);
      } catch (ConfigurationException e) {
        misconfigured(invocation.policy, e);
      }
    }
    boolean changed = !Objects.equals(before, attributes.object());
    reinvocation.wasCalled(invocation.key(), changed, program.reinvoked());
    return ran;
  }

  private boolean holds(Invocation invocation, MatchConditions conditions) {
    if (conditions.isEmpty()) {
      return true;
    }
    try {
      return conditions.hold(run.write(invocation.resource).forConditions(invocation.params));
    } catch (EvaluationException e) {
      fail(invocation.policy, invocation.binding, String.valueOf(e.getMessage()), INVALID);
      return false;
    } catch (ConfigurationException e) {
      misconfigured(invocation.policy, e);
      return false;
    }
  }

  private void misconfigured(Policy<?> policy, ConfigurationException e) {
    fail(policy, null, "failed to configure policy: " + e.getMessage(), "");
  }

  private void fail(Policy<?> policy, @Nullable PolicyBinding binding, String why, String reason) {
    if (!policy.ignoresFailures()) {
      String who =
          binding == null
              ? "policy " + GoText.quote(policy.name())
              : "policy '" + policy.name() + "' with binding '" + binding.name() + "'";
      failures.add(new Failure(who + " denied request: " + why, reason));
    }
  }

  /** All failures, of which the first is the message. */
  private Status refusal() {
    Failure first = failures.get(0);
    Status status = Refusal.status(attributes, "");
    String reason = first.reason.isEmpty() ? status.reason() : first.reason;
    return new Status(status.code(), reason, first.message, status.details())
        .because(
            status.code(),
            reason,
            failures.stream().map(each -> new Status.Cause("", each.message, "")).toList());
  }
}
