package io.usher.admission;

import java.util.List;

/**
 * Why a request is denied: the parts of {@code metav1.Status} that the API server passes on.
 *
 * @param code the HTTP status that the client gets, 400 to 599
 * @param reason a machine-readable word, {@code Forbidden}, or empty
 * @param message what a person reads
 * @param causes the fields that are wrong; kubectl prints them when the reason is {@code Invalid}
 * @param retryAfterSeconds when the client may try again, 0 for nothing said
 */
public record Status(
    int code, String reason, String message, List<StatusCause> causes, int retryAfterSeconds) {

  public Status {
    causes = List.copyOf(causes);
  }
}
