package io.usher.cli.local;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.admission.webhook.WebhookCallException;
import io.usher.apiserver.admission.webhook.WebhookCaller;
import io.usher.apiserver.admission.webhook.WebhookEndpoint;
import io.usher.cli.local.Admission.Call;
import io.usher.patch.JsonPatch;
import io.usher.patch.PatchException;
import io.usher.patch.PatchSchema;
import io.usher.patch.StructSchema;
import io.usher.patch.TwoWayMergePatch;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Phase;
import io.usher.rule.ReinvocationPolicy;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the API server and the webhooks while one object is on its way: remembers the
 * calls, and carries what they change into the object as its author wrote it, without the server's
 * defaults. Calls again, as the server would not, what may not be idempotent.
 */
final class ObjectReview implements WebhookCaller {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final WebhookCaller webhooks;
  private final Map<String, WebhookRegistration> byPath;
  private final RuleRecorder recorder;
  private final Versions versions;

  private @Nullable ObjectNode written;
  private boolean admitted;
  private boolean denied;

  /** An API server shows each warning once. */
  private final Set<String> warnings = new LinkedHashSet<>();

  private final Map<String, String> auditAnnotations = new LinkedHashMap<>();
  private final List<Call> calls = new ArrayList<>();

  /** By path. The server converts an object again and again: they are added up. */
  private final Map<String, Call> conversions = new LinkedHashMap<>();

  private final List<String> notIdempotent = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();
  private final Set<String> notes = new LinkedHashSet<>();

  private final Set<String> policies = new LinkedHashSet<>();
  private final Set<String> called = new HashSet<>();
  private final Map<String, Again> again = new LinkedHashMap<>();

  /** A call with a webhook's own result. */
  private record Again(WebhookEndpoint webhook, ObjectNode review) {}

  /**
   * An object that no webhook has seen yet.
   *
   * @param byPath the webhooks by the paths of their phases
   * @param written the object as its author wrote it; null on DELETE
   */
  ObjectReview(
      WebhookCaller webhooks,
      Map<String, WebhookRegistration> byPath,
      RuleRecorder recorder,
      Versions versions,
      @Nullable ObjectNode written) {
    this.webhooks = webhooks;
    this.byPath = byPath;
    this.recorder = recorder;
    this.versions = versions;
    this.written = written;
  }

  /** The object as its author would have written it, had he known what the webhooks change. */
  @Nullable ObjectNode written() {
    return written;
  }

  /** A policy is evaluated for it. */
  void evaluated(String policy) {
    policies.add(policy);
  }

  /** The policies that were evaluated, in their order. */
  Set<String> policies() {
    return policies;
  }

  /** A policy denies it. */
  void deny() {
    denied = true;
  }

  /** Every plugin of the server has let it pass. */
  void admit() {
    admitted = true;
  }

  boolean isAdmitted() {
    return admitted;
  }

  /** Whether a policy or a webhook denied it. */
  boolean denied() {
    return denied;
  }

  Set<String> warnings() {
    return warnings;
  }

  Map<String, String> auditAnnotations() {
    return auditAnnotations;
  }

  /** The calls that were made, and last what conversions took. */
  List<Call> calls() {
    return Stream.concat(calls.stream(), conversions.values().stream()).toList();
  }

  List<String> notIdempotent() {
    return notIdempotent;
  }

  List<Failure> failures() {
    return failures;
  }

  Set<String> notes() {
    return notes;
  }

  @Override
  public JsonNode call(WebhookEndpoint webhook, ObjectNode review) throws WebhookCallException {
    String path = path(webhook);
    if (path.equals(registration(webhook).path(Phase.VALIDATING))) {
      endMutation();
    }
    boolean second = !called.add(path);
    again.remove(path);
    JsonNode answered = call(webhook, review, second);
    JsonNode response = answered.path("response");
    note(registration(webhook), response);
    ObjectNode before = object(review);
    ObjectNode after = changed(before, response);
    if (before != null && after != null && !after.equals(before)) {
      JsonNode kind = review.path("request").path("kind");
      change(
          before,
          after,
          new GroupVersionKind(
              kind.path("group").asText(),
              kind.path("version").asText(),
              kind.path("kind").asText()));
      if (!second && registration(webhook).reinvocationPolicy() == ReinvocationPolicy.IF_NEEDED) {
        ObjectNode next = review.deepCopy();
        next.withObject("/request").set("object", after);
        again.put(path, new Again(webhook, next));
      }
    }
    return answered;
  }

  /**
   * All mutating webhooks were called: calls those again, with their own result, that the server
   * would call again if another one changed the object after them.
   */
  void endMutation() {
    List<Again> todo = List.copyOf(again.values());
    again.clear();
    for (Again each : todo) {
      try {
        JsonNode response = call(each.webhook(), each.review(), true).path("response");
        ObjectNode own = object(each.review());
        ObjectNode after = changed(own, response);
        if (after != null && !after.equals(own)) {
          notIdempotent.add(each.webhook().name());
        }
      } catch (WebhookCallException e) {
        // Among the failures; the server did not make this call, and nothing follows from it.
        continue;
      }
    }
  }

  private JsonNode call(WebhookEndpoint webhook, ObjectNode review, boolean second)
      throws WebhookCallException {
    JsonNode patch = JsonNodeFactory.instance.arrayNode();
    long start = System.nanoTime();
    try {
      JsonNode answered = webhooks.call(webhook, review);
      patch = patch(answered.path("response"));
      failures.addAll(recorder.takeFailures());
      return answered;
    } catch (WebhookCallException e) {
      fail(webhook, String.valueOf(e.getMessage()));
      throw e;
    } finally {
      calls.add(
          new Call(
              path(webhook),
              second,
              patch,
              System.nanoTime() - start,
              recorder.takeRuns(),
              recorder.takeLog()));
    }
  }

  /** Whether the object is shown and stored in different versions, or was. */
  boolean isConverted() {
    return !conversions.isEmpty();
  }

  /** Converts objects for the server, which tells nobody but in a failure. */
  JsonNode convert(WebhookEndpoint webhook, ObjectNode review) throws WebhookCallException {
    long start = System.nanoTime();
    try {
      return webhooks.call(webhook, review);
    } finally {
      failures.addAll(recorder.takeFailures());
      String path = path(webhook);
      var call =
          new Call(
              path,
              false,
              JsonNodeFactory.instance.arrayNode(),
              System.nanoTime() - start,
              recorder.takeRuns(),
              recorder.takeLog());
      conversions.merge(path, call, Call::and);
    }
  }

  private void fail(WebhookEndpoint webhook, String why) {
    String failed = "failed calling webhook \"" + webhook.name() + "\": " + why;
    List<Failure> ofRules = recorder.takeFailures();
    failures.addAll(ofRules.isEmpty() ? List.of(new Failure(failed, List.of())) : ofRules);
    WebhookRegistration registration = registration(webhook);
    Phase phase =
        path(webhook).equals(registration.path(Phase.MUTATING)) ? Phase.MUTATING : Phase.VALIDATING;
    if (registration.failurePolicy(phase) == FailurePolicy.IGNORE) {
      notes.add(failed + "; the failure policy ignores it");
    }
  }

  private void note(WebhookRegistration webhook, JsonNode response) {
    response.path("warnings").forEach(warning -> warnings.add(warning.asText()));
    response
        .path("auditAnnotations")
        .properties()
        .forEach(
            each ->
                auditAnnotations.put(
                    webhook.name() + "/" + each.getKey(), each.getValue().asText()));
    denied |= response.isObject() && !response.path("allowed").asBoolean();
  }

  /** Carries a change into the object as its author wrote it. */
  void change(ObjectNode before, ObjectNode after, GroupVersionKind kind) {
    StructSchema schema = PatchSchema.builtIn().forKind(kind.group(), kind.version(), kind.kind());
    if (written != null) {
      // What was changed in another version comes back as a conversion makes it.
      String own = written.path("apiVersion").asText();
      written =
          (ObjectNode)
              TwoWayMergePatch.carry(
                  written, versions.in(own, before), versions.in(own, after), schema);
    }
    if (schema != StructSchema.none()) {
      LostChanges.nulls(before, after)
          .forEach(path -> notes.add(path + " is null: the API server drops it"));
    }
  }

  private static @Nullable ObjectNode object(ObjectNode review) {
    return review.path("request").path("object") instanceof ObjectNode object ? object : null;
  }

  /** The object after the webhook's patch; null where the server takes it for an error. */
  private static @Nullable ObjectNode changed(@Nullable ObjectNode object, JsonNode response) {
    if (object == null || !response.path("allowed").asBoolean()) {
      return null;
    }
    try {
      return JsonPatch.parse(patch(response)).apply(object) instanceof ObjectNode after
          ? after
          : null;
    } catch (PatchException e) {
      return null;
    }
  }

  private static JsonNode patch(JsonNode response) {
    try {
      byte[] patch = response.path("patch").binaryValue();
      return patch == null ? JsonNodeFactory.instance.arrayNode() : MAPPER.readTree(patch);
    } catch (IOException e) {
      return JsonNodeFactory.instance.arrayNode();
    }
  }

  private static String path(WebhookEndpoint webhook) {
    return webhook.clientConfig().path("service").path("path").asText();
  }

  private WebhookRegistration registration(WebhookEndpoint webhook) {
    return Objects.requireNonNull(byPath.get(path(webhook)), webhook.name());
  }
}
