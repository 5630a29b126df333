package io.usher.http;

import io.usher.engine.ReviewAnswer;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The answer to a call that no route serves, a {@code Status} in apimachinery's words.
 *
 * @param status the HTTP status, 400 to 599
 * @param reason Kubernetes' word for it: {@code BadRequest}
 * @param message names what was wrong, and nothing else of the call
 * @param headers that belong to the status, {@code Allow}
 */
public record Refusal(int status, String reason, String message, Map<String, String> headers)
    implements Verdict, CallerCheck {

  public Refusal {
    headers = Map.copyOf(headers);
  }

  private static Refusal of(int status, String reason, String message) {
    return new Refusal(status, reason, message, Map.of());
  }

  static Refusal badRequest(String message) {
    return of(400, "BadRequest", message);
  }

  static Refusal unauthorized(String message, String challenge) {
    return new Refusal(401, "Unauthorized", message, Map.of("WWW-Authenticate", challenge));
  }

  static Refusal forbidden(String message) {
    return of(403, "Forbidden", message);
  }

  static Refusal notFound(String path) {
    return of(404, "NotFound", "there is nothing at " + path);
  }

  static Refusal methodNotAllowed(String method, String path, String allowed) {
    return new Refusal(
        405,
        "MethodNotAllowed",
        path + " takes " + allowed + ", not " + method,
        Map.of("Allow", allowed));
  }

  static Refusal timeout(String message) {
    return of(408, "Timeout", message);
  }

  static Refusal tooLarge(String message) {
    return of(413, "RequestEntityTooLarge", message);
  }

  static Refusal unsupportedMediaType(String message) {
    return of(415, "UnsupportedMediaType", message);
  }

  /** The client tries again after 1 to 3 s, spread so that clients don't come back together. */
  static Refusal overloaded(String message) {
    int seconds = ThreadLocalRandom.current().nextInt(1, 4);
    return new Refusal(
        429, "TooManyRequests", message, Map.of("Retry-After", Integer.toString(seconds)));
  }

  static Refusal failed(String message) {
    return of(500, "InternalError", message);
  }

  /** The {@code Status} that the client gets. */
  byte[] body() {
    return ReviewAnswer.refused(status, reason, message).body();
  }
}
