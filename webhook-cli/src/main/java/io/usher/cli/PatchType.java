package io.usher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.patch.JsonMergePatch;
import io.usher.patch.JsonPatch;
import io.usher.patch.PatchException;
import io.usher.patch.PatchSchema;
import io.usher.patch.StrategicMergePatch;
import io.usher.patch.StructSchema;
import io.usher.patch.TwoWayMergePatch;

/** The kinds of patches; the names are the option's values. */
enum PatchType {
  /** RFC 6902. */
  json {
    @Override
    JsonNode diff(ObjectNode before, ObjectNode after) {
      return JsonPatch.diff(before, after, schema(before)).toJson();
    }

    @Override
    JsonNode apply(ObjectNode object, JsonNode patch) {
      return JsonPatch.parse(patch).apply(object);
    }
  },
  /** RFC 7386. */
  merge {
    @Override
    JsonNode diff(ObjectNode before, ObjectNode after) {
      return JsonMergePatch.create(before, after);
    }

    @Override
    JsonNode apply(ObjectNode object, JsonNode patch) {
      return JsonMergePatch.apply(object, patch);
    }
  },
  /** Kubernetes' strategic merge patch. */
  strategic {
    @Override
    JsonNode diff(ObjectNode before, ObjectNode after) {
      return TwoWayMergePatch.create(before, after, strategicSchema(before));
    }

    @Override
    JsonNode apply(ObjectNode object, JsonNode patch) {
      return StrategicMergePatch.apply(object, patch, strategicSchema(object));
    }
  };

  /**
   * The patch that turns one object into the other.
   *
   * @throws PatchException when there is none
   */
  abstract JsonNode diff(ObjectNode before, ObjectNode after);

  /**
   * The object after the patch.
   *
   * @throws PatchException when it does not apply
   */
  abstract JsonNode apply(ObjectNode object, JsonNode patch);

  private static StructSchema schema(ObjectNode object) {
    var kind =
        GroupVersionKind.of(object.path("apiVersion").asText(), object.path("kind").asText());
    return PatchSchema.builtIn().forKind(kind.group(), kind.version(), kind.kind());
  }

  private static StructSchema strategicSchema(ObjectNode object) {
    StructSchema schema = schema(object);
    if (schema == StructSchema.none()) {
      throw new PatchException(
          "",
          "there is no strategic merge patch for %s %s, use merge"
              .formatted(object.path("apiVersion"), object.path("kind")));
    }
    return schema;
  }
}
