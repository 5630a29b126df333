package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The difference of two documents: as a strategic merge patch, or carried into a third. */
public final class TwoWayMergePatch {
  private TwoWayMergePatch() {}

  /**
   * The strategic merge patch that turns {@code original} into {@code modified}, as {@code
   * CreateTwoWayMergePatch} of Kubernetes makes it.
   *
   * @param schema from {@link PatchSchema}; with {@link StructSchema#none()} every list is replaced
   *     as a whole
   * @return a patch that may share parts with {@code modified}
   * @throws PatchException where a list that is merged holds an element without its merge key, or
   *     two with the same one and the patch would have to change them; where a document is no
   *     object
   */
  public static ObjectNode create(JsonNode original, JsonNode modified, StructSchema schema) {
    return new StrategicDiff(StrategicDiff.Part.ALL).between(original, modified, schema);
  }

  /**
   * Carries the change from {@code before} to {@code after} into {@code raw}, the document that
   * {@code before} is a view of: what the view doesn't show stays as it is, unknown fields, empty
   * lists, explicit nulls and the spelling of values included. Elements of a list keep what the
   * view doesn't show of them when others are inserted, removed or put in another order.
   *
   * @param raw the document; stays as it is
   * @param before the view before the change
   * @param after the view after it, made in the same way
   * @param schema of the document's lists; {@link StructSchema#none()} will do
   * @return a new tree that shares unchanged parts with {@code raw} and new ones with {@code
   *     after}; {@code raw} itself where nothing changed
   */
  public static JsonNode carry(JsonNode raw, JsonNode before, JsonNode after, StructSchema schema) {
    return TypedMerge.merge(raw, before, after, schema);
  }
}
