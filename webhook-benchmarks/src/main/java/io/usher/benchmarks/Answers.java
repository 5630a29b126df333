package io.usher.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Makes sure that what is measured is an answer to the review, and not a quick error. */
final class Answers {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The label and the annotation. */
  private static final int MARKS = 2;

  private Answers() {}

  /** Throws unless the answer allows the request and adds the label and the annotation. */
  static void requireMarked(byte[] answer) throws IOException {
    byte[] patch = requireAllowed(answer).path("patch").binaryValue();
    JsonNode operations = MAPPER.readTree(patch == null ? new byte[0] : patch);
    boolean marks = operations.size() == MARKS;
    for (JsonNode operation : operations) {
      marks &= operation.path("path").asText().contains("usher.io~1marked");
    }
    if (!marks) {
      throw new IllegalStateException("not the patch that was asked for: " + operations);
    }
  }

  /** Throws unless the answer's status says that this is true. */
  static void requireStatus(byte[] answer, String member) throws IOException {
    if (!MAPPER.readTree(answer).path("status").path(member).asBoolean()) {
      throw new IllegalStateException(
          "not the answer that was asked for: " + new String(answer, StandardCharsets.UTF_8));
    }
  }

  /** Throws unless the answer allows the request; gives its {@code response}. */
  static JsonNode requireAllowed(byte[] answer) throws IOException {
    JsonNode response = MAPPER.readTree(answer).path("response");
    if (!response.path("allowed").asBoolean() || response.path("uid").asText().isEmpty()) {
      throw new IllegalStateException(
          "not the answer that was asked for: " + new String(answer, StandardCharsets.UTF_8));
    }
    return response;
  }
}
