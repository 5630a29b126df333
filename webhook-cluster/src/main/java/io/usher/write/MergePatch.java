package io.usher.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.patch.JsonMergePatch;
import io.usher.patch.PatchException;
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
   * @param schema of the object's lists, {@link StructSchema#none()} for other kinds
   * @throws PatchException when one of the two is no object
   */
  public static MergePatch between(JsonNode before, JsonNode after, StructSchema schema) {
    if (schema != StructSchema.none()) {
      try {
        return new MergePatch(STRATEGIC, TwoWayMergePatch.create(before, after, schema));
      } catch (PatchException e) {
        // Two elements of a list have one key, as TCP and UDP of one port.
      }
    }
    return new MergePatch(MERGE, JsonMergePatch.create(before, after));
  }
}
