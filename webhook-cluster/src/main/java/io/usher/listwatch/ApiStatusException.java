package io.usher.listwatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The API server refused. */
final class ApiStatusException extends IOException {

  private static final long serialVersionUID = 1L;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int GONE = 410;
  private static final int NOT_FOUND = 404;

  private final int code;
  private final boolean kubernetes;
  private final Duration retryAfter;

  /**
   * @param kubernetes whether it was Kubernetes that refused, and nothing in between
   * @param retryAfter when to come back, zero when it does not say
   */
  ApiStatusException(
      String path, int code, boolean kubernetes, String message, Duration retryAfter) {
    super("GET " + path + ": " + code + (message.isEmpty() ? "" : " " + message));
    this.code = code;
    this.kubernetes = kubernetes;
    this.retryAfter = retryAfter;
  }

  /**
   * A refusal as it came.
   *
   * @param retryAfter the header, null when there is none
   */
  static ApiStatusException of(String path, int code, @Nullable String retryAfter, byte[] body) {
    JsonNode status;
    try {
      status = JSON.readTree(body);
    } catch (IOException e) {
      status = JSON.missingNode();
    }
    return new ApiStatusException(
        path,
        code,
        status.path("kind").asText().equals("Status") || isUnservedPath(body),
        status.path("message").asText(),
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

  int code() {
    return code;
  }

  /** The version, or the page, is forgotten. */
  boolean isExpired() {
    return code == GONE;
  }

  /** There is no such object, or no such resource: its CRD was not made yet, or is deleted. */
  boolean isUnserved() {
    return code == NOT_FOUND && kubernetes;
  }

  Duration retryAfter() {
    return retryAfter;
  }
}
