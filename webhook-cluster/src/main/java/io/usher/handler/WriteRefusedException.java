package io.usher.handler;

import java.io.IOException;
import java.time.Duration;

/** The API server refused what was to be written. */
final class WriteRefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final int code;
  private final Duration retryAfter;

  WriteRefusedException(String what, int code, String message, Duration retryAfter) {
    super(what + ": " + code + (message.isEmpty() ? "" : " " + message));
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** The object has changed since it was seen, or is another one of its name. */
  boolean isConflict() {
    return code == CONFLICT;
  }

  /** The object is gone. */
  boolean isNotFound() {
    return code == NOT_FOUND;
  }

  /** When to come back, zero when it does not say. */
  Duration retryAfter() {
    return retryAfter;
  }
}
