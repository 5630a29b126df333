package io.usher.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.Status;
import io.usher.cli.local.Admission.Call;
import io.usher.cli.local.WebhookClient.Answer;
import io.usher.cli.local.WebhookClient.FailedCallException;
import io.usher.engine.admission.ReviewBody;
import io.usher.observe.ReviewOutcome;
import io.usher.patch.PatchException;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Phase;
import io.usher.rule.ReinvocationPolicy;
import io.usher.webhook.WebhookRegistration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One object on its way through the webhooks. */
final class AdmissionRun {

  private final WebhookClient client;
  private final List<WebhookRegistration> webhooks;
  private final Map<String, String> namespaceLabels;
  private final RuleRecorder recorder;
  private final ManifestDocument document;
  private final AdmissionRequest request;
  private final JsonNode schema;

  private final @Nullable ObjectNode sent;
  private @Nullable ObjectNode object;
  private @Nullable Status refusal;
  private ReviewOutcome outcome = ReviewOutcome.ALLOWED;

  /** An API server shows each warning once. */
  private final Set<String> warnings = new LinkedHashSet<>();

  private final Map<String, String> auditAnnotations = new LinkedHashMap<>();
  private final List<Call> calls = new ArrayList<>();
  private final List<String> notIdempotent = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  AdmissionRun(
      WebhookClient client,
      List<WebhookRegistration> webhooks,
      Map<String, String> namespaceLabels,
      RuleRecorder recorder,
      ManifestDocument document,
      AdmissionRequest request,
      JsonNode schema) {
    this.client = client;
    this.webhooks = webhooks;
    this.namespaceLabels = namespaceLabels;
    this.recorder = recorder;
    this.document = document;
    this.request = request;
    this.schema = schema;
    this.sent = request.object();
    this.object = sent;
  }

  Admission run() {
    mutate();
    if (refusal == null && sent != null && object != null && !same(sent, object)) {
      object = object.deepCopy();
      var mutated = new MutatedObject(request, sent, object, schema);
      mutated.check().ifPresent(status -> refuse(ReviewOutcome.FAILED, status));
      notes.addAll(mutated.notes());
    }
    if (refusal == null) {
      for (WebhookRegistration webhook : webhooks) {
        call(webhook, Phase.VALIDATING, false);
      }
    }
    if (refusal == null && !same(sent, object)) {
      outcome = ReviewOutcome.PATCHED;
    }
    if (calls.isEmpty()) {
      notes.add("no webhook is registered for it");
    }
    String expected = document.annotation("expect");
    return new Admission(
        document,
        request,
        outcome,
        object,
        Optional.ofNullable(refusal),
        List.copyOf(warnings),
        auditAnnotations,
        List.copyOf(calls),
        List.copyOf(notIdempotent),
        List.copyOf(failures),
        List.copyOf(notes),
        expected,
        expected.isEmpty() || met(expected));
  }

  private boolean met(String expected) {
    try {
      return Expectation.parse(expected)
          .equals(Expectation.met(outcome, !failures.isEmpty(), !warnings.isEmpty()));
    } catch (IllegalArgumentException e) {
      throw document.invalid(String.valueOf(e.getMessage()));
    }
  }

  /** Each in turn, and then again those that want it, when something changed since their call. */
  private void mutate() {
    var leftBy = new HashMap<String, JsonNode>();
    for (WebhookRegistration webhook : webhooks) {
      if (refusal == null && call(webhook, Phase.MUTATING, false) && object != null) {
        leftBy.put(webhook.name(), object);
      }
    }
    if (same(sent, object)) {
      return;
    }
    for (WebhookRegistration webhook : webhooks) {
      JsonNode left = leftBy.get(webhook.name());
      if (refusal != null
          || left == null
          || webhook.reinvocationPolicy() == ReinvocationPolicy.NEVER) {
        continue;
      }
      boolean ownResult = left.equals(object);
      ObjectNode before = object;
      call(webhook, Phase.MUTATING, true);
      if (ownResult && !same(before, object)) {
        notIdempotent.add(webhook.name());
      }
    }
  }

  /** Calls one phase of a webhook if it is registered for the request; whether it was called. */
  private boolean call(WebhookRegistration webhook, Phase phase, boolean again) {
    if (!isRegistered(webhook, phase)) {
      return false;
    }
    long start = System.nanoTime();
    JsonNode patch = JsonNodeFactory.instance.arrayNode();
    try {
      Answer answer =
          client.call(
              webhook.path(phase),
              webhook.timeoutSeconds(),
              ReviewBody.of(request, object),
              phase == Phase.MUTATING);
      patch = answer.patch().toJson();
      take(webhook, answer);
      failures.addAll(recorder.takeFailures());
    } catch (FailedCallException e) {
      fail(webhook, phase, String.valueOf(e.getMessage()));
    }
    calls.add(
        new Call(
            webhook.path(phase),
            again,
            patch,
            System.nanoTime() - start,
            recorder.takeRuns(),
            recorder.takeLog()));
    return true;
  }

  /** Whether an API server would call this webhook's phase. */
  private boolean isRegistered(WebhookRegistration webhook, Phase phase) {
    ObjectNode old = request.oldObject();
    return webhook.rules(phase).stream().anyMatch(rule -> rule.match().isRegisteredFor(request))
        && (request.namespace().isEmpty() || webhook.namespaceSelector().matches(namespaceLabels))
        && (webhook.objectSelector().matches(object)
            || (old != null && webhook.objectSelector().matches(old)));
  }

  private void take(WebhookRegistration webhook, Answer answer) {
    JsonNode response = answer.response();
    response.path("warnings").forEach(warning -> warnings.add(warning.asText()));
    response
        .path("auditAnnotations")
        .properties()
        .forEach(
            each ->
                auditAnnotations.put(
                    webhook.name() + "/" + each.getKey(), each.getValue().asText()));
    if (!response.path("allowed").asBoolean()) {
      refuse(ReviewOutcome.DENIED, Refusals.denial(webhook.name(), response.path("status")));
      return;
    }
    if (!answer.patch().isEmpty()) {
      try {
        object = (ObjectNode) answer.patch().apply(Objects.requireNonNull(object));
      } catch (PatchException e) {
        // An API server takes this for an error of its own, whatever the failure policy.
        refuse(ReviewOutcome.FAILED, Refusals.internalError(String.valueOf(e.getMessage())));
      }
    }
  }

  private void fail(WebhookRegistration webhook, Phase phase, String why) {
    String failed = Refusals.failedCall(webhook.name(), why);
    List<Failure> ofRules = recorder.takeFailures();
    failures.addAll(ofRules.isEmpty() ? List.of(new Failure(failed, List.of())) : ofRules);
    if (webhook.failurePolicy(phase) == FailurePolicy.IGNORE) {
      notes.add(failed + "; the failure policy ignores it");
    } else {
      refuse(ReviewOutcome.FAILED, Refusals.internalError(failed));
    }
  }

  /** The first refusal is what the client sees. */
  private void refuse(ReviewOutcome refused, Status status) {
    if (refusal == null) {
      outcome = refused;
      refusal = status;
    }
  }

  private static boolean same(@Nullable ObjectNode one, @Nullable ObjectNode other) {
    return one == null ? other == null : one.equals(other);
  }
}
