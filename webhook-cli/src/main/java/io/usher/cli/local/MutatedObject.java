package io.usher.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.Operation;
import io.usher.admission.Status;
import io.usher.admission.StatusCause;
import io.usher.patch.PatchSchema;
import io.usher.patch.StructSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * What an API server makes of an object once its mutating webhooks were called, before it calls the
 * validating ones (k8s.io/apiserver, registry/rest/create.go and update.go; k8s.io/apimachinery,
 * {@code ValidateObjectMetaUpdate}).
 */
final class MutatedObject {

  private static final Set<String> IMMUTABLE =
      Set.of(
          "name",
          "namespace",
          "uid",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds");

  /** What a client or webhook writes here is lost. */
  private static final Set<String> OWN =
      Set.of(
          "uid",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "generation",
          "managedFields",
          "selfLink");

  private final AdmissionRequest request;
  private final ObjectNode sent;
  private final ObjectNode object;
  private final JsonNode schema;
  private final List<StatusCause> invalid = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * An object and what it was.
   *
   * @param sent as the client sent it
   * @param object as the webhooks left it; metadata that is the API server's own is reset in it
   * @param schema {@code openAPIV3Schema} of a custom resource, or missing
   */
  MutatedObject(AdmissionRequest request, ObjectNode sent, ObjectNode object, JsonNode schema) {
    this.request = request;
    this.sent = sent;
    this.object = object;
    this.schema = schema;
  }

  /** What the API server would do without a word. */
  List<String> notes() {
    return notes;
  }

  /** Why the API server refuses it, or empty. */
  Optional<Status> check() {
    Optional<Status> refusal =
        request.operation() == Operation.CREATE ? checkCreated() : checkUpdated();
    if (refusal.isPresent()) {
      return refusal;
    }
    reset();
    addedNulls("", sent, object, schema, this::checkNull);
    return invalid.isEmpty() ? Optional.empty() : Optional.of(Refusals.invalid(request, invalid));
  }

  private Optional<Status> checkCreated() {
    if (changed("namespace")) {
      return Optional.of(
          new Status(
              400,
              "BadRequest",
              "the namespace of the provided object does not match the namespace sent on the"
                  + " request",
              List.of(),
              0));
    }
    if (changed("resourceVersion") && !value(object, "resourceVersion").asText().isEmpty()) {
      return Optional.of(
          Refusals.internalError("resourceVersion should not be set on objects to be created"));
    }
    if (changed("name") && !value(sent, "name").asText().isEmpty()) {
      notes.add("a webhook renamed it: it is stored as " + value(object, "name").asText());
    }
    return Optional.empty();
  }

  private Optional<Status> checkUpdated() {
    if (changed("resourceVersion") && !value(object, "resourceVersion").asText().isEmpty()) {
      return Optional.of(
          new Status(
              409,
              "Conflict",
              "Operation cannot be fulfilled on %s \"%s\": the object has been modified; please apply your changes to the latest version and try again"
                  .formatted(request.resource().resource(), request.name()),
              List.of(),
              0));
    }
    IMMUTABLE.stream()
        .sorted()
        .filter(field -> changed(field) && !value(object, field).isMissingNode())
        .forEach(
            field ->
                invalid.add(
                    invalid("metadata." + field, value(object, field), "field is immutable")));
    return Optional.empty();
  }

  private void reset() {
    if (!invalid.isEmpty() || !(object.path("metadata") instanceof ObjectNode metadata)) {
      return;
    }
    for (String field : OWN.stream().sorted().filter(this::changed).toList()) {
      notes.add("metadata." + field + " is the API server's own: what a webhook wrote is lost");
      JsonNode before = value(sent, field);
      if (before.isMissingNode()) {
        metadata.remove(field);
      } else {
        metadata.set(field, before);
      }
    }
  }

  /**
   * Kubernetes' own kinds drop a null, a custom resource refuses it unless its schema allows it.
   */
  private void checkNull(String path, JsonNode fieldSchema) {
    GroupVersionKind kind = request.kind();
    if (PatchSchema.builtIn().forKind(kind.group(), kind.version(), kind.kind())
        != StructSchema.none()) {
      notes.add(path + " is null: the API server drops it");
    } else if (!fieldSchema.path("nullable").asBoolean()
        && !fieldSchema.has("default")
        && !fieldSchema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      String type = fieldSchema.path("type").asText("its type");
      invalid.add(
          new StatusCause(
              "FieldValueTypeInvalid",
              "Invalid value: \"null\": %s in body must be of type %s: \"null\""
                  .formatted(path, type),
              path));
    }
  }

  /** Tells each null that a webhook put where the client sent none. */
  private static void addedNulls(
      String path,
      JsonNode before,
      JsonNode after,
      JsonNode schema,
      BiConsumer<String, JsonNode> nulls) {
    if (after.isNull() && !before.isNull()) {
      nulls.accept(path, schema);
    }
    after
        .properties()
        .forEach(
            field -> {
              String name = field.getKey();
              JsonNode own = schema.path("properties").path(name);
              addedNulls(
                  path.isEmpty() ? name : path + "." + name,
                  before.path(name),
                  field.getValue(),
                  own.isMissingNode() ? schema.path("additionalProperties") : own,
                  nulls);
            });
    for (int i = 0; after.isArray() && i < after.size(); i++) {
      addedNulls(path + "[" + i + "]", before.path(i), after.get(i), schema.path("items"), nulls);
    }
  }

  private boolean changed(String field) {
    return !value(sent, field).equals(value(object, field));
  }

  private static JsonNode value(ObjectNode object, String field) {
    return object.path("metadata").path(field);
  }

  private static StatusCause invalid(String field, JsonNode value, String problem) {
    return new StatusCause(
        "FieldValueInvalid", "Invalid value: \"" + value.asText() + "\": " + problem, field);
  }
}
