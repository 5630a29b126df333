package io.usher.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.Status;
import io.usher.admission.StatusCause;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an API server tells its client of a webhook that stands in the way (its
 * admission/plugin/webhook/errors/statuserror.go and generic/webhook.go).
 */
final class Refusals {

  /** An API server turns a lower code into this one. */
  private static final int LEAST_CODE = 400;

  private Refusals() {}

  /** The webhook denied the request, with this {@code response.status}. */
  static Status denial(String webhook, JsonNode status) {
    String denied = "admission webhook \"" + webhook + "\" denied the request";
    String message = status.path("message").asText();
    var causes = new ArrayList<StatusCause>();
    for (JsonNode cause : status.at("/details/causes")) {
      causes.add(
          new StatusCause(
              cause.path("reason").asText(),
              cause.path("message").asText(),
              cause.path("field").asText()));
    }
    return new Status(
        Math.max(LEAST_CODE, status.path("code").asInt()),
        status.path("reason").asText(),
        denied + (message.isEmpty() ? " without explanation" : ": " + message),
        causes,
        status.at("/details/retryAfterSeconds").asInt());
  }

  /** How a call that failed is told. */
  static String failedCall(String webhook, String why) {
    return "failed calling webhook \"" + webhook + "\": failed to call webhook: " + why;
  }

  /** The object is not what its kind may be. */
  static Status invalid(AdmissionRequest request, List<StatusCause> causes) {
    String group = request.kind().group();
    String kind = request.kind().kind() + (group.isEmpty() ? "" : "." + group);
    String all =
        causes.stream()
            .map(cause -> cause.field() + ": " + cause.message())
            .collect(Collectors.joining(", "));
    return new Status(
        422,
        "Invalid",
        "%s \"%s\" is invalid: %s"
            .formatted(kind, request.name(), causes.size() == 1 ? all : "[" + all + "]"),
        causes,
        0);
  }

  /** The request fails with the call. */
  static Status internalError(String message) {
    return new Status(500, "InternalError", "Internal error occurred: " + message, List.of(), 0);
  }
}
