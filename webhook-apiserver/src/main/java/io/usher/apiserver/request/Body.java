package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.json.LazyJson;
import java.util.List;

/**
 * A document that a client sent.
 *
 * @param json an object; for a JSON Patch an array
 * @param members of JSON in which a field is there twice: each field, in the document's order
 * @param yamlProblems of YAML, what is wrong with fields that are there twice
 */
record Body(JsonNode json, List<Member> members, List<String> yamlProblems) {
  Body {
    members = List.copyOf(members);
    yamlProblems = List.copyOf(yamlProblems);
  }

  /**
   * A field of a document.
   *
   * @param path {@code spec.containers[0].name}
   * @param repeated whether its object had it already
   */
  record Member(String path, boolean repeated) {}

  /** The same document, to be edited while this one stays as it is. */
  Body copy() {
    return new Body(LazyJson.copy(json), members, yamlProblems);
  }
}
