package io.usher.engine.authorization;

import com.fasterxml.jackson.core.JsonGenerator;
import io.usher.authorization.Authorization;
import io.usher.authorization.Authorization.Outcome;
import java.io.IOException;

/** Writes the answer's status. */
final class SubjectAccessReviewWriter {

  private SubjectAccessReviewWriter() {}

  static void write(JsonGenerator json, SubjectAccessReview review, Authorization answer)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", SubjectAccessReviewCodec.KIND);
    json.writeStringField("apiVersion", review.apiVersion());
    json.writeObjectFieldStart("status");
    json.writeBooleanField("allowed", answer.outcome() == Outcome.ALLOW);
    if (answer.outcome() == Outcome.DENY) {
      json.writeBooleanField("denied", true);
    }
    if (!answer.reason().isEmpty()) {
      json.writeStringField("reason", answer.reason());
    }
    if (!answer.error().isEmpty()) {
      json.writeStringField("evaluationError", answer.error());
    }
    json.writeEndObject();
    json.writeEndObject();
  }
}
