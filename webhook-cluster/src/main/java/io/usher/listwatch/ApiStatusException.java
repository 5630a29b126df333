package io.usher.listwatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The API server refused. */
public final class ApiStatusException extends IOException {

  private static final long serialVersionUID = 1L;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int GONE = 410;
  private static final int NOT_FOUND = 404;

  private static final int CONFLICT = 409;
  private static final int INVALID = 422;

  private final int code;
  private final boolean kubernetes;
  private final Duration retryAfter;
  private final String continueToken;

  /**
   * @param what was asked, {@code GET api/v1/pods}
   * @param status that it answered, or nothing
   * @param kubernetes whether it was Kubernetes that refused, and nothing in between
   * @param retryAfter when to come back, zero when it does not say
   */
  ApiStatusException(
      String what, int code, boolean kubernetes, JsonNode status, Duration retryAfter) {
    super(what + ": " + code + (" " + status.path("message").asText()).stripTrailing());
    this.code = code;
    this.kubernetes = kubernetes;
    this.retryAfter = retryAfter;
    this.continueToken = status.path("metadata").path("continue").asText();
  }

  /** The HTTP status. */
  public int code() {
    return code;
  }

  /**
   * A refusal as it came.
   *
   * @param what was asked, {@code GET api/v1/pods}
   * @param retryAfter the header, null when there is none
   */
  public static ApiStatusException of(
      String what, int code, @Nullable String retryAfter, byte[] body) {
    JsonNode status;
    try {
      status = JSON.readTree(body);
    } catch (IOException e) {
      status = JSON.missingNode();
    }
    return new ApiStatusException(
        what,
        code,
        status.path("kind").asText().equals("Status") || isUnservedPath(body),
        status,
        seconds(retryAfter));
  }

  /**
   * What kube-apiserver says where it serves nothing at all: no Status, but the text of Go's HTTP.
   */
  private static boolean isUnservedPath(byte[] body) {
    return new String(body, StandardCharsets.UTF_8).strip().equals("404 page not found");
  }

  private static Duration seconds(@Nullable String header) {
    try {
      return header == null
          ? Duration.ZERO
          : Duration.ofSeconds(Math.max(0, Long.parseLong(header.strip())));
    } catch (NumberFormatException e) {
      // A date, which Kubernetes never sends.
      return Duration.ZERO;
    }
  }

  /** The version, or the page, is forgotten. */
  boolean isExpired() {
    return code == GONE;
  }

  /** There is no such object, or no such resource: its CRD was not made yet, or is deleted. */
  boolean isUnserved() {
    return code == NOT_FOUND && kubernetes;
  }

  /** The object is not there. */
  public boolean isNotFound() {
    return code == NOT_FOUND;
  }

  /** The object has changed since, or is another one. */
  public boolean isConflict() {
    return code == CONFLICT;
  }

  /** The object may not be so: a field is immutable, or has a value that it can't have. */
  public boolean isInvalid() {
    return code == INVALID;
  }

  /**
   * With a page that is forgotten: what asks for the rest of the list as it is now; empty when
   * there is no such thing.
   */
  String continueToken() {
    return continueToken;
  }

  /** When to come back, zero when it does not say. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
