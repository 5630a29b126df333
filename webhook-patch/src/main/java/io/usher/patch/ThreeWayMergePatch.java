package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Makes a strategic merge patch from three documents, as {@code kubectl apply} does and {@code
 * CreateThreeWayMergePatch} of Kubernetes.
 */
public final class ThreeWayMergePatch {
  private ThreeWayMergePatch() {}

  /**
   * The strategic merge patch for {@code current} that sets all that {@code modified} has, and
   * deletes what {@code original} has and {@code modified} has not.
   *
   * @param original the document as last applied
   * @param modified the document to apply
   * @param current the live object
   * @param overwrite false to fail where {@code current} was changed differently at the same place
   * @return a patch that may share parts with the documents
   * @throws PatchConflictException where it was
   * @throws PatchException as {@link TwoWayMergePatch#create}
   */
  public static ObjectNode create(
      JsonNode original,
      JsonNode modified,
      JsonNode current,
      StructSchema schema,
      boolean overwrite) {
    ObjectNode additions =
        new StrategicDiff(StrategicDiff.Part.CHANGES_AND_ADDITIONS)
            .between(current, modified, schema);
    ObjectNode deletions =
        new StrategicDiff(StrategicDiff.Part.DELETIONS).between(original, modified, schema);
    ObjectNode patch =
        new StrategicMerge(StrategicMerge.Target.PATCH).into(deletions, additions, schema);
    if (!overwrite) {
      ObjectNode changes =
          new StrategicDiff(StrategicDiff.Part.UNORDERED).between(original, current, schema);
      new StrategicConflicts().require(patch, changes, schema);
    }
    return patch;
  }
}
