package io.usher.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.Operation;
import io.usher.admission.Status;
import io.usher.admission.StatusCause;
import io.usher.admission.UserInfo;
import io.usher.apiserver.ApiServer;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.cli.local.RequestFactory.Located;
import io.usher.engine.admission.ReviewBody;
import io.usher.observe.ReviewOutcome;
import io.usher.patch.JsonMergePatch;
import io.usher.patch.PatchException;
import io.usher.patch.StrategicMergePatch;
import io.usher.patch.StructSchema;
import io.usher.patch.ThreeWayMergePatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sends manifests to an API server, one after another, as kubectl would. */
final class ManifestRun {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final int ERROR = 400;

  /** What needs a node answers so, once it was admitted. */
  private static final int NOT_IMPLEMENTED = 501;

  private static final Set<String> OF_EXISTING = Set.of("UPDATE", "DELETE");

  private final ApiServer server;
  private final RequestFactory requests;
  private final UserInfo user;
  private final boolean dryRun;
  private final Function<@Nullable ObjectNode, ObjectReview> reviews;

  /** By resource, namespace and name. */
  private final Map<String, Applied> applied = new HashMap<>();

  /**
   * An object as its author knows it, without what the server adds.
   *
   * @param sent as it was last sent
   * @param admitted with what webhooks changed
   */
  private record Applied(ObjectNode sent, ObjectNode admitted) {}

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
      String namespace,
      UserInfo user,
      boolean dryRun,
      Function<@Nullable ObjectNode, ObjectReview> reviews) {
    this.server = server;
    this.requests = new RequestFactory(server.resources(), namespace, dryRun);
    this.user = user;
    this.dryRun = dryRun;
    this.reviews = reviews;
  }

  List<Admission> send(List<ManifestDocument> documents) {
    List<Located> located = documents.stream().map(requests::locate).toList();
    provideNamespaces(documents, located);
    var admissions = new ArrayList<Admission>();
    for (int i = 0; i < located.size(); i++) {
      admissions.add(send(documents.get(i), located.get(i)));
    }
    return admissions;
  }

  /** A namespace that no manifest creates was there before. */
  private void provideNamespaces(List<ManifestDocument> documents, List<Located> located) {
    var created = new HashSet<String>();
    for (int i = 0; i < located.size(); i++) {
      if (located.get(i).isNamespace()) {
        boolean exists = OF_EXISTING.contains(documents.get(i).annotation("operation"));
        if (exists && !created.contains(located.get(i).name())) {
          provide(located.get(i));
        }
        created.add(located.get(i).name());
      }
    }
    for (Located each : located) {
      if (each.namespaced() && created.add(each.namespace())) {
        provide(Located.ofNamespace(each.namespace()));
      }
    }
  }

  private @Nullable ObjectNode stored(Located located) {
    return located.name().isEmpty()
        ? null
        : server.objects().get(resource(located), keyNamespace(located), located.name());
  }

  private static GroupResource resource(Located located) {
    return new GroupResource(located.resource().group(), located.resource().resource());
  }

  private static String keyNamespace(Located located) {
    return located.namespaced() ? located.namespace() : "";
  }

  private static String key(Located located, String name) {
    return resource(located) + "/" + keyNamespace(located) + "/" + name;
  }

  /**
   * Has the server have an object that no request made, unless it has one of that name.
   *
   * @throws ApiException when it is none of its kind
   */
  private void provide(Located located) {
    ResourceType type = server.resources().type(resource(located));
    ServedVersion version = type == null ? null : type.version(located.resource().version());
    if (type == null
        || version == null
        || !type.kind().equals(located.kind().kind())
        || stored(located) != null) {
      return;
    }
    ObjectNode object = located.object().deepCopy();
    version.schema().prune(object);
    version.schema().setDefaults(object);
    type.strategy().prepareForCreate(object);
    version.conversion().toStored(object);
    server.objects().create(resource(located), object);
    applied.put(key(located, located.name()), new Applied(located.object(), located.object()));
  }

  private Admission send(ManifestDocument document, Located located) {
    Operation operation = RequestFactory.operation(document, located, stored(located) != null);
    Sending sending;
    try {
      if (operation == Operation.UPDATE || operation == Operation.DELETE) {
        provide(located);
      }
      sending = sending(operation, located);
    } catch (ApiException | PatchException e) {
      throw document.invalid(String.valueOf(e.getMessage()));
    }
    ObjectReview review = reviews.apply(sending.written());
    ApiResponse.Complete answer =
        (ApiResponse.Complete) server.handle(sending.request()).toCompletableFuture().join();
    JsonNode body = json(answer);
    Status refusal = isRefused(answer, located) ? status(body) : null;
    if (refusal == null) {
      review.endMutation();
    }
    var warnings = new LinkedHashSet<>(warnings(answer.headers()));
    warnings.addAll(review.warnings());
    return admission(document, located, sending, review, body, refusal, List.copyOf(warnings));
  }

  private Sending sending(Operation operation, Located located) {
    Applied before = applied.get(key(located, located.name()));
    ObjectNode old = before == null ? stored(located) : before.admitted();
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

  /** As {@code kubectl apply}: what is no longer in the manifest goes, what others wrote stays. */
  private Sending update(Located located, @Nullable Applied before, @Nullable ObjectNode old) {
    ObjectNode sent = located.object();
    ObjectNode original = before == null ? JsonNodeFactory.instance.objectNode() : before.sent();
    ObjectNode current = old == null ? sent : old;
    StructSchema schema = mergeSchema(located);
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

  private @Nullable StructSchema mergeSchema(Located located) {
    ResourceType type = server.resources().type(resource(located));
    ServedVersion version = type == null ? null : type.version(located.resource().version());
    return version == null ? null : version.schema().mergeSchema();
  }

  private Admission admission(
      ManifestDocument document,
      Located located,
      Sending sending,
      ObjectReview review,
      JsonNode body,
      @Nullable Status refusal,
      List<String> warnings) {
    ObjectNode object = review.written();
    var notes = new LinkedHashSet<String>(review.notes());
    ObjectNode sent = sending.written();
    if (refusal == null && object != null && sent != null && located.subresource().isEmpty()) {
      object = object.deepCopy();
      notes.addAll(LostChanges.takeFrom(object, sent, body));
    }
    if (refusal == null && !dryRun && located.subresource().isEmpty()) {
      remember(located, object, body);
    }
    if (refusal == null && review.calls().isEmpty()) {
      notes.add("no webhook is registered for it");
    }
    ReviewOutcome outcome = outcome(refusal, review, sent, object);
    String expected = document.annotation("expect");
    return new Admission(
        document,
        request(located, sending),
        outcome,
        object,
        Optional.ofNullable(refusal),
        warnings,
        review.auditAnnotations(),
        List.copyOf(review.calls()),
        List.copyOf(review.notIdempotent()),
        List.copyOf(review.failures()),
        List.copyOf(notes),
        expected,
        expected.isEmpty()
            || met(document, expected, outcome, !review.failures().isEmpty(), !warnings.isEmpty()));
  }

  private void remember(Located located, @Nullable ObjectNode object, JsonNode answered) {
    if (object == null) {
      applied.remove(key(located, located.name()));
    } else {
      String name = answered.path("metadata").path("name").asText();
      applied.put(key(located, name), new Applied(located.object(), object));
    }
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

  /** A refusal by anybody but a webhook is a failure: no rule wanted it. */
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

  /** What only a node can do was admitted, all the same. */
  private static boolean isRefused(ApiResponse answer, Located located) {
    return answer.code() >= ERROR
        && (answer.code() != NOT_IMPLEMENTED || located.subresource().isEmpty());
  }

  private static Status status(JsonNode json) {
    var causes = new ArrayList<StatusCause>();
    for (JsonNode cause : json.at("/details/causes")) {
      causes.add(
          new StatusCause(
              cause.path("reason").asText(),
              cause.path("message").asText(),
              cause.path("field").asText()));
    }
    return new Status(
        json.path("code").asInt(),
        json.path("reason").asText(),
        json.path("message").asText(),
        causes,
        json.at("/details/retryAfterSeconds").asInt());
  }

  private static JsonNode json(ApiResponse.Complete answer) {
    try {
      return MAPPER.readTree(answer.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException("read the API server's answer", e);
    }
  }

  /** The texts of {@code 299 - "text"}. */
  private static List<String> warnings(Headers headers) {
    return headers.all("Warning").stream()
        .map(
            each ->
                each.substring(each.indexOf('"') + 1, each.length() - 1)
                    .replaceAll("\\\\(.)", "$1"))
        .toList();
  }
}
