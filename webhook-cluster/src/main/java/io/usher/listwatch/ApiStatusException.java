package io.usher.listwatch;

import java.io.IOException;
import java.time.Duration;

/** The API server refused. */
final class ApiStatusException extends IOException {

  private static final long serialVersionUID = 1L;

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

  /** The version, or the page, is forgotten. */
  boolean isExpired() {
    return code == GONE;
  }

  /** There is no such resource: its CRD was not made yet, or is deleted. */
  boolean isUnserved() {
    return code == NOT_FOUND && kubernetes;
  }

  Duration retryAfter() {
    return retryAfter;
  }
}
