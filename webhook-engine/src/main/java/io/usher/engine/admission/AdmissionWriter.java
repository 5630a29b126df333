package io.usher.engine.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.AdmissionResponse;
import io.usher.admission.Status;
import io.usher.admission.StatusCause;
import io.usher.patch.JsonPatch;
import java.io.IOException;
import java.util.Map;

/** Writes the answer's envelope. */
final class AdmissionWriter {

  private AdmissionWriter() {}

  static byte[] write(JsonFactory factory, AdmissionReview review, AdmissionResponse response)
      throws IOException {
    // Before the envelope: two generators open at once would not share the thread's buffers.
    byte[] patch = response.patch().isPresent() ? bytes(factory, response.patch().get()) : null;
    var bytes = new ByteArrayBuilder(512);
    try (JsonGenerator json = factory.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("kind", "AdmissionReview");
      json.writeStringField("apiVersion", review.apiVersion());
      json.writeObjectFieldStart("response");
      json.writeStringField("uid", response.uid());
      json.writeBooleanField("allowed", response.allowed());
      if (response.status().isPresent()) {
        status(json, review.request(), response.status().get());
      }
      if (patch != null) {
        json.writeStringField("patchType", "JSONPatch");
        json.writeFieldName("patch");
        json.writeBinary(patch);
      }
      if (!response.warnings().isEmpty()) {
        json.writeFieldName("warnings");
        json.writeArray(response.warnings().toArray(String[]::new), 0, response.warnings().size());
      }
      if (!response.auditAnnotations().isEmpty()) {
        json.writeObjectFieldStart("auditAnnotations");
        for (Map.Entry<String, String> annotation : response.auditAnnotations().entrySet()) {
          json.writeStringField(annotation.getKey(), annotation.getValue());
        }
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static byte[] bytes(JsonFactory factory, JsonPatch patch) throws IOException {
    var bytes = new ByteArrayBuilder(256);
    try (JsonGenerator json = factory.createGenerator(bytes)) {
      patch.writeTo(json);
    }
    return bytes.toByteArray();
  }

  /** With details, kubectl prints a line a cause when the reason is Invalid. */
  private static void status(JsonGenerator json, AdmissionRequest request, Status status)
      throws IOException {
    json.writeObjectFieldStart("status");
    json.writeStringField("status", "Failure");
    json.writeStringField("message", status.message());
    if (!status.reason().isEmpty()) {
      json.writeStringField("reason", status.reason());
    }
    json.writeNumberField("code", status.code());
    if (!status.causes().isEmpty() || status.retryAfterSeconds() > 0) {
      details(json, request, status);
    }
    json.writeEndObject();
  }

  private static void details(JsonGenerator json, AdmissionRequest request, Status status)
      throws IOException {
    json.writeObjectFieldStart("details");
    json.writeStringField("name", request.name());
    json.writeStringField("group", request.kind().group());
    json.writeStringField("kind", request.kind().kind());
    if (!status.causes().isEmpty()) {
      json.writeArrayFieldStart("causes");
      for (StatusCause cause : status.causes()) {
        json.writeStartObject();
        json.writeStringField("reason", cause.reason());
        json.writeStringField("message", cause.message());
        json.writeStringField("field", cause.field());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    if (status.retryAfterSeconds() > 0) {
      json.writeNumberField("retryAfterSeconds", status.retryAfterSeconds());
    }
    json.writeEndObject();
  }
}
