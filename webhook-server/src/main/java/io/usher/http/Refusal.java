package io.usher.http;

import io.usher.engine.ReviewAnswer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a call that no rule sees, in the words that apimachinery has for its status.
 *
 * @param header a header that belongs to the status, {@code Allow}, or null
 */
record Refusal(ReviewAnswer answer, @Nullable HttpField header) {

  static Refusal badRequest(String message) {
    return of(400, "BadRequest", message, null);
  }

  static Refusal unauthorized(String message, String challenge) {
    var header = new HttpField(HttpHeader.WWW_AUTHENTICATE, challenge);
    return of(401, "Unauthorized", message, header);
  }

  static Refusal forbidden(String message) {
    return of(403, "Forbidden", message, null);
  }

  static Refusal notFound(String path) {
    return of(404, "NotFound", "there is nothing at " + path, null);
  }

  static Refusal methodNotAllowed(String method, String path) {
    var header = new HttpField(HttpHeader.ALLOW, "POST");
    return of(405, "MethodNotAllowed", path + " takes POST, not " + method, header);
  }

  static Refusal timeout(String message) {
    return of(408, "Timeout", message, null);
  }

  static Refusal tooLarge(String message) {
    return of(413, "RequestEntityTooLarge", message, null);
  }

  static Refusal unsupportedMediaType(String message) {
    return of(415, "UnsupportedMediaType", message, null);
  }

  static Refusal overloaded(String message) {
    return new Refusal(ReviewAnswer.overloaded(message), null);
  }

  static Refusal failed(String message) {
    return of(500, "InternalError", message, null);
  }

  private static Refusal of(int status, String reason, String message, @Nullable HttpField header) {
    return new Refusal(ReviewAnswer.refused(status, reason, message), header);
  }
}
