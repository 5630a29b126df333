package io.usher.engine.admission;

import com.fasterxml.jackson.core.JsonGenerator;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.AdmissionResponse;
import io.usher.admission.Status;
import io.usher.admission.StatusCause;
import io.usher.engine.ProtocolException;
import io.usher.engine.ReviewJson;
import io.usher.engine.ReviewMemory;
import io.usher.patch.JsonPatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the answer's envelope. */
final class AdmissionWriter {

  private AdmissionWriter() {}

  static byte[] write(
      ReviewJson reviews,
      String webhook,
      AdmissionReview review,
      AdmissionResponse response,
      ReviewMemory memory)
      throws IOException, ProtocolException {
    // Before the envelope: two generators open at once would not share the thread's buffers.
    JsonPatch changes = response.patch().orElse(null);
    byte[] patch = changes == null ? null : reviews.write(256, memory, changes::writeTo);
    return reviews.write(512, memory, json -> write(json, webhook, review, response, patch));
  }

  private static void write(
      JsonGenerator json,
      String webhook,
      AdmissionReview review,
      AdmissionResponse response,
      byte @Nullable [] patch)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", ReviewBody.KIND);
    json.writeStringField("apiVersion", review.apiVersion());
    json.writeObjectFieldStart("response");
    json.writeStringField("uid", response.uid());
    json.writeBooleanField("allowed", response.allowed());
    if (response.status().isPresent()) {
      status(json, webhook, review.request(), response.status().get());
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

  private static void status(
      JsonGenerator json, String webhook, AdmissionRequest request, Status status)
      throws IOException {
    json.writeObjectFieldStart("status");
    json.writeStringField("status", "Failure");
    json.writeStringField("message", status.message());
    if (!status.reason().isEmpty()) {
      json.writeStringField("reason", status.reason());
    }
    json.writeNumberField("code", status.code());
    if (!status.causes().isEmpty() || status.retryAfterSeconds() > 0) {
      details(json, webhook, request, status);
    }
    json.writeEndObject();
  }

  private static void details(
      JsonGenerator json, String webhook, AdmissionRequest request, Status status)
      throws IOException {
    List<StatusCause> causes = causes(webhook, status);
    json.writeObjectFieldStart("details");
    json.writeStringField("name", request.name());
    json.writeStringField("group", request.kind().group());
    json.writeStringField("kind", request.kind().kind());
    if (!causes.isEmpty()) {
      json.writeArrayFieldStart("causes");
      for (StatusCause cause : causes) {
        json.writeStartObject();
        if (!cause.reason().isEmpty()) {
          json.writeStringField("reason", cause.reason());
        }
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

  /**
   * With details, kubectl prints the causes of an Invalid, each as {@code FIELD: MESSAGE}, and
   * neither the message nor who denied (its cmd/util/helpers.go). So they are the first cause, in
   * the words in which it prints other denials.
   */
  private static List<StatusCause> causes(String webhook, Status status) {
    String message = status.message();
    boolean told = status.causes().stream().anyMatch(cause -> cause.message().equals(message));
    if (!status.reason().equals("Invalid") || message.isEmpty() || told) {
      return status.causes();
    }
    var causes = new ArrayList<StatusCause>();
    String denied = "admission webhook \"" + webhook + "\" denied the request";
    causes.add(new StatusCause("", message, denied));
    causes.addAll(status.causes());
    return causes;
  }
}
