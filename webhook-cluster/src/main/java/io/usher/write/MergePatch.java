package io.usher.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.patch.JsonMergePatch;
import io.usher.patch.PatchException;
import io.usher.patch.PatchSchema;
import io.usher.patch.StructSchema;
import io.usher.patch.TwoWayMergePatch;

/**
 * The patch that makes one object of another.
 *
 * @param mediaType of a strategic merge patch, or of a JSON merge patch
 * @param patch may share parts with the object that it makes
 */
public record MergePatch(String mediaType, ObjectNode patch) {

  private static final String STRATEGIC = "application/strategic-merge-patch+json";
  private static final String MERGE = "application/merge-patch+json";

  /**
   * A strategic one for Kubernetes' own kinds; a JSON merge patch for others, and for lists that a
   * strategic one can't change.
   *
   * @throws PatchException when the other one is no object
   */
  public static MergePatch between(ObjectNode before, JsonNode after) {
    StructSchema schema = schema(before);
    if (schema != StructSchema.none()) {
      try {
        return new MergePatch(STRATEGIC, TwoWayMergePatch.create(before, after, schema));
      } catch (PatchException e) {
        // Two elements of a list have one key, as TCP and UDP of one port.
      }
    }
    return new MergePatch(MERGE, JsonMergePatch.create(before, after));
  }

  /** What is declared of an object's lists; nothing where its kind is none of Kubernetes' own. */
  public static StructSchema schema(ObjectNode object) {
    String apiVersion = object.path("apiVersion").asText();
    int slash = apiVersion.indexOf('/');
    return PatchSchema.builtIn()
        .forKind(
            slash < 0 ? "" : apiVersion.substring(0, slash),
            apiVersion.substring(slash + 1),
            object.path("kind").asText());
  }

  /** The same for this very object, in this very version, alone. */
  public MergePatch onlyOf(String uid, String resourceVersion) {
    ObjectNode conditional = patch.deepCopy();
    conditional.withObject("/metadata").put("uid", uid).put("resourceVersion", resourceVersion);
    return new MergePatch(mediaType, conditional);
  }
}
