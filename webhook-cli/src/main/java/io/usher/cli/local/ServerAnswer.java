package io.usher.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.admission.Status;
import io.usher.admission.StatusCause;
import io.usher.apiserver.api.ApiResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the API server answered.
 *
 * @param body the object, or a {@code Status}
 * @param refusal why it did not do what it was asked for; null where it did
 * @param warnings what the client is shown
 */
record ServerAnswer(JsonNode body, @Nullable Status refusal, List<String> warnings) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final int ERROR = 400;

  ServerAnswer {
    warnings = List.copyOf(warnings);
  }

  /**
   * Reads an answer.
   *
   * @param needsNode whether it was admitted, and what it asks for needs a node: that there is none
   *     is no refusal
   */
  static ServerAnswer of(ApiResponse.Complete answer, boolean needsNode) {
    JsonNode body;
    try {
      body = MAPPER.readTree(answer.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException("read the API server's answer", e);
    }
    boolean refused = answer.code() >= ERROR && !needsNode;
    return new ServerAnswer(body, refused ? status(body) : null, answer.headers().warnings());
  }

  private static Status status(JsonNode json) {
    var causes = new ArrayList<StatusCause>();
    for (JsonNode cause : json.at("/details/causes")) {
      causes.add(
          new StatusCause(
              cause.path("reason").asText(),
              cause.path("message").asText(),
              cause.path("field").asText()));
    }
    return new Status(
        json.path("code").asInt(),
        json.path("reason").asText(),
        json.path("message").asText(),
        causes,
        json.at("/details/retryAfterSeconds").asInt());
  }
}
