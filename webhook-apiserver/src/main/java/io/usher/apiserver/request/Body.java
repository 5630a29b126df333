package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.json.LazyJson;
import java.util.List;

/**
 * A document that a client sent.
 *
 * @param json an object; for a JSON Patch an array
 * @param duplicates the paths of the fields that are there twice, in the document's order; the last
 *     one counts
 */
record Body(JsonNode json, List<String> duplicates) {
  Body {
    duplicates = List.copyOf(duplicates);
  }

  /** The same document, to be edited while this one stays as it is. */
  Body copy() {
    return new Body(LazyJson.copy(json), duplicates);
  }
}
