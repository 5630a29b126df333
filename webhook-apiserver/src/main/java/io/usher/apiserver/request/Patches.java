package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.MediaType;
import io.usher.apiserver.api.Status;
import io.usher.patch.CopyLimitException;
import io.usher.patch.JsonMergePatch;
import io.usher.patch.JsonPatch;
import io.usher.patch.PatchException;
import io.usher.patch.StrategicMergePatch;
import io.usher.patch.StructSchema;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The kinds of patch, by their media types. */
enum Patches {
  JSON("application/json-patch+json") {
    @Override
    JsonNode applied(JsonNode object, JsonNode patch, @Nullable StructSchema schema) {
      return JsonPatch.parse(patch).apply(object, MAX_COPIED);
    }
  },
  MERGE("application/merge-patch+json") {
    @Override
    JsonNode applied(JsonNode object, JsonNode patch, @Nullable StructSchema schema) {
      return JsonMergePatch.apply(object, patch);
    }
  },
  STRATEGIC("application/strategic-merge-patch+json") {
    @Override
    JsonNode applied(JsonNode object, JsonNode patch, @Nullable StructSchema schema) {
      return StrategicMergePatch.apply(object, patch, Objects.requireNonNull(schema));
    }
  };

  /** As kube-apiserver: applying more takes too long. */
  private static final int MAX_OPERATIONS = 10_000;

  /** As kube-apiserver: a patch that copies its copies would take all memory. */
  private static final long MAX_COPIED = 3 << 20;

  private final String mediaType;

  Patches(String mediaType) {
    this.mediaType = mediaType;
  }

  abstract JsonNode applied(JsonNode object, JsonNode patch, @Nullable StructSchema schema);

  /**
   * The kind of patch that a request brings.
   *
   * @throws ApiException 415 when this resource takes no such patch
   */
  static Patches of(MediaType type, ApiResource resource) {
    boolean typed = resource.version().schema().mergeSchema() != null;
    for (Patches each : values()) {
      if (each.mediaType.equals(type.name()) && (typed || each != STRATEGIC)) {
        return each;
      }
    }
    throw new ApiException(
        resource.version().schema().isCustom()
            ? Status.unsupportedMediaType(
                "the body of the request was in an unknown format - accepted media types include:"
                    + " application/json-patch+json, application/merge-patch+json,"
                    + " application/apply-patch+yaml")
            : Status.noSuchMediaType());
  }

  /** Whether it is a configuration to apply, which is no patch of an object alone. */
  static boolean isApply(MediaType type) {
    return type.name().equals("application/apply-patch+yaml");
  }

  /**
   * Refuses what is no such patch at all.
   *
   * @throws ApiException 400 or 413
   */
  void check(JsonNode patch) {
    if (this != JSON) {
      if (!patch.isObject()) {
        throw new ApiException(
            Status.badRequest(
                (this == MERGE ? "error decoding patch: " : "")
                    + "json: cannot unmarshal "
                    + BodyReader.goType(patch)
                    + " into Go value of type map[string]interface {}"));
      }
      return;
    }
    if (!patch.isArray()) {
      throw new ApiException(
          Status.badRequest(
              "error decoding patch: json: cannot unmarshal "
                  + BodyReader.goType(patch)
                  + " into Go value of type []handlers.jsonPatchOp"));
    }
    if (patch.size() > MAX_OPERATIONS) {
      throw new ApiException(
          Status.requestEntityTooLarge(
              "The allowed maximum operations in a JSON patch is "
                  + MAX_OPERATIONS
                  + ", got "
                  + patch.size()));
    }
  }

  private Status refusal(PatchException e) {
    return this == STRATEGIC
        ? new Status(500, "", String.valueOf(e.getMessage()), null)
        : Status.rejected();
  }

  /**
   * The patched object, which may share parts with both.
   *
   * @throws ApiException 422 when the patch does not fit the object (500 for a strategic merge
   *     patch, as kube-apiserver does), 413 when it copies too much
   */
  ObjectNode apply(ObjectNode object, JsonNode patch, ApiResource resource) {
    try {
      JsonNode patched = applied(object, patch, resource.version().schema().mergeSchema());
      if (patched instanceof ObjectNode result) {
        return result;
      }
      throw new PatchException("", "apply: it leaves no object");
    } catch (CopyLimitException e) {
      throw new ApiException(Status.requestEntityTooLarge(String.valueOf(e.getMessage())));
    } catch (PatchException e) {
      throw new ApiException(refusal(e));
    }
  }
}
