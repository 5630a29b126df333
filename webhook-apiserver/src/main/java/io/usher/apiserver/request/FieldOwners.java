package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.ObjectSchema;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.api.Subresource;
import io.usher.json.LazyJson;
import io.usher.patch.ApplyConflictException;
import io.usher.patch.FieldManager;
import io.usher.patch.PatchException;
import io.usher.patch.ServerSideApply;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps {@code metadata.managedFields} of what requests write. */
final class FieldOwners {

  private static final int MAX_MANAGER = 128;

  private final ResourceRegistry registry;
  private final Clock clock;

  FieldOwners(ResourceRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
  }

  /** A new object, of which the caller owns what he gives. */
  ObjectNode created(Call call, ObjectNode object, WriteOptions options) {
    FieldManager manager = manager(call, options);
    if (call.resource().type().strategy().takesStatusOnCreate()) {
      manager = manager.ignoring(List.of());
    }
    return ServerSideApply.update(null, object, manager, versions(call));
  }

  /** A changed object, of which the caller owns what he changed. */
  ObjectNode updated(Call call, ObjectNode old, ObjectNode object, WriteOptions options) {
    return ServerSideApply.update(old, object, manager(call, options), versions(call));
  }

  /**
   * What an apply makes of an object.
   *
   * @param live null when there is none yet
   * @param applied as the client sent it
   * @return a tree of its own
   * @throws ApiException 409 where others manage fields to which it gives other values
   */
  ObjectNode applied(Call call, @Nullable ObjectNode live, JsonNode applied, WriteOptions options) {
    GroupVersionKind kind = call.resource().kind();
    requireApplicable(applied, kind, call.resource().version().schema());
    try {
      return LazyJson.copy(
          ServerSideApply.apply(live, applied, manager(call, options), versions(call)));
    } catch (ApplyConflictException e) {
      Subresource subresource = subresource(call);
      throw new ApiException(
          conflict(
              subresource instanceof Subresource.Scale scale
                  ? e.using(scale.kind().apiVersion())
                  : e));
    } catch (PatchException e) {
      throw new ApiException(
          applied.path("metadata").hasNonNull("managedFields")
              ? Status.badRequest(String.valueOf(e.getMessage()))
              : notTyped(applied, kind, String.valueOf(e.getMessage())));
    }
  }

  /**
   * Refuses a configuration of another kind, or with what its type has not and nobody would own.
   *
   * @throws ApiException 400 or 500
   */
  static void requireApplicable(JsonNode applied, GroupVersionKind kind, ObjectSchema schema) {
    GroupVersionKind stated =
        GroupVersionKind.of(applied.path("apiVersion").asText(), applied.path("kind").asText());
    if (!stated.equals(kind)) {
      throw new ApiException(Status.badRequest("invalid object type: " + goName(stated)));
    }
    List<String> unknown;
    try {
      unknown = schema.prune(((ObjectNode) applied).deepCopy());
    } catch (ApiException e) {
      throw new ApiException(notTyped(applied, kind, String.valueOf(e.getMessage())));
    }
    if (!unknown.isEmpty()) {
      throw new ApiException(
          notTyped(applied, kind, '.' + unknown.get(0) + ": field not declared in schema"));
    }
  }

  /** 500, as kube-apiserver says it: the configuration does not fit its type. */
  private static Status notTyped(JsonNode applied, GroupVersionKind kind, String problem) {
    JsonNode metadata = applied.path("metadata");
    return new Status(
        500,
        "",
        "failed to create typed patch object (%s/%s; %s): %s"
            .formatted(
                metadata.path("namespace").asText(),
                metadata.path("name").asText(),
                goName(kind),
                problem),
        null);
  }

  /** {@code apps/v1, Kind=Deployment}. */
  private static String goName(GroupVersionKind kind) {
    return kind.group() + '/' + kind.version() + ", Kind=" + kind.kind();
  }

  private static Status conflict(ApplyConflictException e) {
    Status.Cause[] causes =
        e.conflicts().stream()
            .map(
                each ->
                    new Status.Cause(
                        "FieldManagerConflict", "conflict with " + each.owner(), each.field()))
            .toArray(Status.Cause[]::new);
    return new Status(409, "Conflict", String.valueOf(e.getMessage()), Status.Details.of(causes));
  }

  private ServedVersions versions(Call call) {
    return new ServedVersions(registry, call.resource().type().storage());
  }

  private FieldManager manager(Call call, WriteOptions options) {
    FieldManager manager =
        FieldManager.of(
                options.fieldManager().isEmpty()
                    ? ofAgent(call.request().headers().first("User-Agent"))
                    : options.fieldManager(),
                clock.instant())
            .forcing(options.force())
            .through(call.info().subresource());
    Subresource subresource = subresource(call);
    if (subresource instanceof Subresource.Part part) {
      return manager.owningOnly(part.fields());
    }
    if (subresource instanceof Subresource.Scale scale) {
      return manager.timeless().owningOnly(List.of(scale.specReplicas()));
    }
    return call.resource().hasStatusSubresource() ? manager.ignoring(List.of("status")) : manager;
  }

  private static @Nullable Subresource subresource(Call call) {
    return call.resource().subresource(call.info().subresource());
  }

  /** The name of a program, {@code kubectl/v1.36 (linux)}, without what can't be printed. */
  private static String ofAgent(@Nullable String agent) {
    if (agent == null) {
      return "";
    }
    int slash = agent.indexOf('/');
    String name = slash < 0 ? agent : agent.substring(0, slash);
    var manager = new StringBuilder();
    int bytes = 0;
    for (int c : name.codePoints().filter(GoText::isPrintable).toArray()) {
      String letter = Character.toString(c);
      bytes += letter.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MAX_MANAGER) {
        break;
      }
      manager.append(letter);
    }
    return manager.toString();
  }
}
