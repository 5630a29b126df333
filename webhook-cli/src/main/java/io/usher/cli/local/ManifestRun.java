package io.usher.cli.local;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.Operation;
import io.usher.admission.Status;
import io.usher.admission.UserInfo;
import io.usher.apiserver.ApiServer;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.cli.local.RequestFactory.Located;
import io.usher.cli.local.ServerObjects.Applied;
import io.usher.engine.admission.ReviewBody;
import io.usher.observe.ReviewOutcome;
import io.usher.patch.JsonMergePatch;
import io.usher.patch.PatchException;
import io.usher.patch.StrategicMergePatch;
import io.usher.patch.StructSchema;
import io.usher.patch.ThreeWayMergePatch;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sends manifests to an API server, one after another, as kubectl would. */
final class ManifestRun {

  private static final int NOT_IMPLEMENTED = 501;

  /** Metadata that the server adds to every object. */
  private static final List<String> SERVERS_OWN =
      List.of("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields");

  private final ApiServer server;
  private final Versions versions;
  private final ServerObjects objects;
  private final RequestFactory requests;
  private final UserInfo user;
  private final boolean dryRun;
  private final Function<@Nullable ObjectNode, ObjectReview> reviews;

  /**
   * An object on its way.
   *
   * @param written as its author wrote it, on top of what is stored; null on DELETE
   * @param old as it was; null when it is new
   */
  private record Sending(
      Operation operation,
      ApiRequest request,
      @Nullable ObjectNode written,
      @Nullable ObjectNode old) {}

  /**
   * A run against a server that has nothing of the manifests yet.
   *
   * @param reviews begins the review of an object; the server calls webhooks through the last one
   */
  ManifestRun(
      ApiServer server,
      Versions versions,
      String namespace,
      UserInfo user,
      boolean dryRun,
      Function<@Nullable ObjectNode, ObjectReview> reviews) {
    this.server = server;
    this.versions = versions;
    this.objects = new ServerObjects(server);
    this.requests = new RequestFactory(server.resources(), namespace, dryRun);
    this.user = user;
    this.dryRun = dryRun;
    this.reviews = reviews;
  }

  List<Admission> send(List<ManifestDocument> documents) {
    List<Located> located = documents.stream().map(requests::locate).toList();
    objects.provideNamespaces(documents, located);
    var admissions = new ArrayList<Admission>();
    for (int i = 0; i < located.size(); i++) {
      admissions.add(send(documents.get(i), located.get(i)));
    }
    return admissions;
  }

  private Admission send(ManifestDocument document, Located located) {
    Operation operation =
        RequestFactory.operation(document, located, objects.stored(located) != null);
    if (operation == Operation.UPDATE || operation == Operation.DELETE) {
      objects.provide(document, located);
    }
    Sending sending;
    try {
      sending = sending(operation, located);
    } catch (PatchException e) {
      throw document.invalid(String.valueOf(e.getMessage()));
    }
    ObjectReview review = reviews.apply(sending.written());
    var response =
        (ApiResponse.Complete) server.handle(sending.request()).toCompletableFuture().join();
    boolean needsNode = operation == Operation.CONNECT || response.code() == NOT_IMPLEMENTED;
    var answer = ServerAnswer.of(response, review.isAdmitted() && needsNode);
    if (answer.refusal() == null) {
      review.endMutation();
    }
    return admission(document, located, sending, review, answer);
  }

  private Sending sending(Operation operation, Located located) {
    Applied before = objects.applied(located);
    ObjectNode old =
        inVersionOf(located, before == null ? objects.stored(located) : before.admitted());
    return switch (operation) {
      case CREATE -> new Sending(operation, requests.create(located), located.object(), null);
      case CONNECT ->
          new Sending(operation, RequestFactory.connect(located), located.object(), null);
      case DELETE -> new Sending(operation, requests.delete(located), null, old);
      case UPDATE ->
          located.subresource().isEmpty()
              ? update(located, before, old)
              : new Sending(operation, requests.replace(located), located.object(), old);
    };
  }

  /** An object that was sent before, maybe in another version. */
  private @Nullable ObjectNode inVersionOf(Located located, @Nullable ObjectNode object) {
    try {
      return object == null ? null : versions.in(located.kind().apiVersion(), object);
    } catch (ApiException e) {
      // The server can't, either: it answers the request with the reason.
      return object;
    }
  }

  /** As {@code kubectl apply}: what is no longer in the manifest goes, what others wrote stays. */
  private Sending update(Located located, @Nullable Applied before, @Nullable ObjectNode old) {
    ObjectNode sent = located.object();
    ObjectNode original = before == null ? JsonNodeFactory.instance.objectNode() : before.sent();
    ObjectNode current = old == null ? sent : old;
    StructSchema schema = objects.mergeSchema(located);
    ObjectNode patch =
        schema == null
            ? JsonMergePatch.create(original, sent, current)
            : ThreeWayMergePatch.create(original, sent, current, schema, true);
    ObjectNode written = sent;
    if (before != null) {
      written =
          schema == null
              ? (ObjectNode) JsonMergePatch.apply(current, patch)
              : StrategicMergePatch.apply(current, patch, schema);
    }
    String type = schema == null ? "merge-patch" : "strategic-merge-patch";
    ApiRequest request = requests.patch(located, "application/" + type + "+json", patch);
    return new Sending(Operation.UPDATE, request, written, old);
  }

  private Admission admission(
      ManifestDocument document,
      Located located,
      Sending sending,
      ObjectReview review,
      ServerAnswer answer) {
    Status refusal = answer.refusal();
    ObjectNode object = review.written();
    var notes = new LinkedHashSet<String>(review.notes());
    ObjectNode sent = sending.written();
    if (refusal == null && object != null && sent != null && located.subresource().isEmpty()) {
      object = object.deepCopy();
      notes.addAll(LostChanges.takeFrom(object, sent, answer.body()));
    }
    if (refusal == null && !dryRun && located.subresource().isEmpty()) {
      objects.remember(located, object, answer.body());
    }
    if (refusal == null
        && review.calls().isEmpty()
        && review.policies().isEmpty()
        && !document.isPolicy()) {
      notes.add("no webhook is registered for it");
    }
    ReviewOutcome outcome = outcome(refusal, review, sent, object);
    String expected = document.annotation("expect");
    var warnings = new LinkedHashSet<>(answer.warnings());
    warnings.addAll(review.warnings());
    return new Admission(
        document,
        request(located, sending),
        outcome,
        object,
        Optional.ofNullable(
            refusal == null && review.isConverted() ? storedOtherwise(located) : null),
        Optional.ofNullable(refusal),
        List.copyOf(warnings),
        review.auditAnnotations(),
        List.copyOf(review.policies()),
        List.copyOf(review.calls()),
        List.copyOf(review.notIdempotent()),
        List.copyOf(review.failures()),
        List.copyOf(notes),
        expected,
        expected.isEmpty()
            || met(document, expected, outcome, !review.failures().isEmpty(), !warnings.isEmpty()));
  }

  /** What is stored, where that is in another version than what was sent. */
  private @Nullable ObjectNode storedOtherwise(Located located) {
    ObjectNode stored = dryRun || !located.subresource().isEmpty() ? null : objects.stored(located);
    if (stored == null
        || stored.path("apiVersion").asText().equals(located.kind().apiVersion())
        || !stored.path("kind").asText().equals(located.kind().kind())) {
      return null;
    }
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    List.of("apiVersion", "kind").forEach(member -> shown.set(member, stored.get(member)));
    shown.setAll(stored.deepCopy());
    ((ObjectNode) shown.path("metadata")).remove(SERVERS_OWN);
    return shown;
  }

  private AdmissionRequest request(Located located, Sending sending) {
    return new AdmissionRequest(
        UUID.randomUUID().toString(),
        located.kind(),
        located.resource(),
        located.subresource(),
        located.kind(),
        located.resource(),
        located.subresource(),
        located.name(),
        located.namespace(),
        sending.operation(),
        user,
        dryRun,
        sending.written(),
        sending.old(),
        ReviewBody.options(sending.operation()));
  }

  /** A refusal by anybody but a policy or a webhook is a failure: no rule wanted it. */
  private static ReviewOutcome outcome(
      @Nullable Status refusal,
      ObjectReview review,
      @Nullable ObjectNode sent,
      @Nullable ObjectNode admitted) {
    if (refusal != null) {
      return review.denied() ? ReviewOutcome.DENIED : ReviewOutcome.FAILED;
    }
    return Objects.equals(sent, admitted) ? ReviewOutcome.ALLOWED : ReviewOutcome.PATCHED;
  }

  private static boolean met(
      ManifestDocument document,
      String expected,
      ReviewOutcome outcome,
      boolean failed,
      boolean warned) {
    try {
      return Expectation.parse(expected).equals(Expectation.met(outcome, failed, warned));
    } catch (IllegalArgumentException e) {
      throw document.invalid(String.valueOf(e.getMessage()));
    }
  }
}
