package io.usher.handler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.patch.PatchSchema;
import io.usher.patch.StructSchema;
import io.usher.write.MergePatch;
import org.jspecify.annotations.Nullable;

/**
 * What makes one object another one, if it is still the one that was seen.
 *
 * @param mediaType as {@link MergePatch} has it
 * @param body with uid and resourceVersion as preconditions
 */
record ObjectPatch(String mediaType, ObjectNode body) {

  /**
   * The patch from one to the other; null where they are the same.
   *
   * @param whole whether all of the object was seen. A list of which parts were not seen can't be
   *     patched: what was not seen would be lost.
   * @throws IllegalArgumentException when they are not of one name, or a list would lose parts
   */
  static @Nullable ObjectPatch between(ObjectNode seen, JsonNode desired, boolean whole) {
    for (String field :
        new String[] {"/apiVersion", "/kind", "/metadata/namespace", "/metadata/name"}) {
      if (!seen.at(field).equals(desired.at(field))) {
        throw new IllegalArgumentException(
            "the desired object has %s as %s and not %s; return the object that the handler was given, with its changes"
                .formatted(field, text(desired.at(field)), text(seen.at(field))));
      }
    }
    MergePatch change = MergePatch.between(seen, desired, schema(seen));
    if (change.patch().isEmpty()) {
      return null;
    }
    if (!whole && hasList(change.patch())) {
      throw new IllegalArgumentException(
          "the handler changes a list of an object of which it sees the declared fields alone, and"
              + " the others would be lost; leave fields out of @Reads");
    }
    ObjectNode body = change.patch().deepCopy();
    body.withObject("/metadata")
        .put("uid", seen.at("/metadata/uid").asText())
        .put("resourceVersion", seen.at("/metadata/resourceVersion").asText());
    return new ObjectPatch(change.mediaType(), body);
  }

  /** What is declared of an object's lists. */
  static StructSchema schema(ObjectNode object) {
    String apiVersion = object.path("apiVersion").asText();
    int slash = apiVersion.indexOf('/');
    return PatchSchema.builtIn()
        .forKind(
            slash < 0 ? "" : apiVersion.substring(0, slash),
            apiVersion.substring(slash + 1),
            object.path("kind").asText());
  }

  private static String text(JsonNode value) {
    return value.isMissingNode() ? "nothing" : value.toString();
  }

  private static boolean hasList(JsonNode patch) {
    if (patch.isArray()) {
      return true;
    }
    for (JsonNode member : patch) {
      if (hasList(member)) {
        return true;
      }
    }
    return false;
  }
}
