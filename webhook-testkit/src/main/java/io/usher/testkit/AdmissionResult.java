package io.usher.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.AdmissionResponse;
import io.usher.admission.Status;
import io.usher.patch.JsonPatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a webhook made of one request. Assert on it with {@link AdmissionAssertions#assertThat}. */
public final class AdmissionResult {

  private final WebhookUnderTest webhook;
  private final AdmissionRequest request;
  private final AdmissionResponse response;
  private final List<String> rules;

  AdmissionResult(
      WebhookUnderTest webhook,
      AdmissionRequest request,
      AdmissionResponse response,
      List<String> rules) {
    this.webhook = webhook;
    this.request = request;
    this.response = response;
    this.rules = List.copyOf(rules);
  }

  /** What was asked. */
  public AdmissionRequest request() {
    return request;
  }

  /** What was answered. */
  public AdmissionResponse response() {
    return response;
  }

  /** The rules that ran, in this order, as {@code Class.method}. */
  public List<String> rules() {
    return rules;
  }

  /** Whether the request may go on. */
  public boolean allowed() {
    return response.allowed();
  }

  /** Why it may not, empty when it may. */
  public Optional<Status> denial() {
    return response.status();
  }

  /** The JSON Patch, an empty array when nothing changed. */
  public JsonNode patch() {
    return response
        .patch()
        .<JsonNode>map(JsonPatch::toJson)
        .orElseGet(JsonNodeFactory.instance::arrayNode);
  }

  /**
   * The object after the patch.
   *
   * @throws IllegalStateException when the request has none: on DELETE
   */
  public ObjectNode object() {
    ObjectNode after = objectAfter();
    if (after == null) {
      throw new IllegalStateException(
          request.operation() + " of " + request.describe() + " has no object");
    }
    return after;
  }

  /** The object after the patch, as this type: a fabric8 model, a {@code CustomResource}, ... */
  public <T> T object(Class<T> type) {
    return Documents.typed(object(), type);
  }

  /**
   * What an API server refuses of the object after the patch, in its words: a changed name,
   * namespace or other metadata of its own, a null in a custom resource. Empty when it takes the
   * object, as far as that can be told without the kind's schema.
   */
  public List<String> refusals() {
    ObjectNode after = objectAfter();
    return after == null || patch().isEmpty()
        ? List.of()
        : ServerChecks.refusals(request, after, webhook.takesNulls());
  }

  /** The request as a later webhook gets it: with the object after the patch. */
  AdmissionRequest requestAfter() {
    return Requests.withObject(request, objectAfter());
  }

  /** What the mutating rules make of the object after the patch. */
  AdmissionResult again() {
    return webhook.mutate(requestAfter());
  }

  /** This result, and the other phase's on what this one left. */
  AdmissionResult then(AdmissionResult later) {
    var audit = new LinkedHashMap<>(response.auditAnnotations());
    audit.putAll(later.response.auditAnnotations());
    var both =
        new AdmissionResponse(
            request.uid(),
            later.response.status(),
            later.allowed() ? response.patch() : Optional.empty(),
            both(response.warnings(), later.response.warnings()),
            audit);
    return new AdmissionResult(webhook, request, both, both(rules, later.rules));
  }

  /** The whole result as a tree: what a golden file holds. */
  ObjectNode describe() {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("request", request.operation() + " " + request.describe());
    tree.put("decision", allowed() ? (patch().isEmpty() ? "allowed" : "patched") : "denied");
    denial().ifPresent(status -> tree.set("status", Documents.tree(status)));
    if (!patch().isEmpty()) {
      tree.set("patch", patch());
    }
    List<String> refusals = refusals();
    if (!refusals.isEmpty()) {
      refusals.forEach(tree.putArray("refusals")::add);
    }
    response.warnings().forEach(tree.withArray("warnings")::add);
    Map<String, String> audit = response.auditAnnotations();
    audit.forEach(tree.withObject("auditAnnotations")::put);
    return tree;
  }

  @Override
  public String toString() {
    return Documents.yaml(describe());
  }

  private @Nullable ObjectNode objectAfter() {
    ObjectNode object = request.object();
    if (object == null || response.patch().isEmpty()) {
      return object;
    }
    return (ObjectNode) response.patch().get().apply(object);
  }

  private static List<String> both(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
