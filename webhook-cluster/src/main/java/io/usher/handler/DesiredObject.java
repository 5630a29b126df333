package io.usher.handler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.write.MergePatch;
import org.jspecify.annotations.Nullable;

/** What a handler returned, compared with what it was given. */
final class DesiredObject {

  private DesiredObject() {}

  /**
   * What makes the object that was seen the desired one, if it is still that; null where they are
   * the same.
   *
   * @param whole whether all of the object was seen. A list of which parts were not seen can't be
   *     patched: what was not seen would be lost.
   * @throws IllegalArgumentException when they are not of one name, or a list would lose parts
   */
  static @Nullable MergePatch patch(ObjectNode seen, JsonNode desired, boolean whole) {
    for (String field :
        new String[] {"/apiVersion", "/kind", "/metadata/namespace", "/metadata/name"}) {
      if (!seen.at(field).equals(desired.at(field))) {
        throw new IllegalArgumentException(
            "the desired object has %s as %s and not %s; return the object that the handler was given, with its changes"
                .formatted(field, text(desired.at(field)), text(seen.at(field))));
      }
    }
    MergePatch change = MergePatch.between(seen, desired);
    if (change.patch().isEmpty()) {
      return null;
    }
    if (!whole && hasList(change.patch())) {
      throw new IllegalArgumentException(
          "the handler changes a list of an object of which it sees the declared fields alone, and"
              + " the others would be lost; leave fields out of @Reads");
    }
    return change.onlyOf(
        seen.at("/metadata/uid").asText(), seen.at("/metadata/resourceVersion").asText());
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
