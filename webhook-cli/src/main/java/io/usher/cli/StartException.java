package io.usher.cli;

/** The server can't start. The message says what was wrong, and where. */
final class StartException extends Exception {

  private static final long serialVersionUID = 1L;

  StartException(String message) {
    super(message);
  }

  StartException(String message, Throwable cause) {
    super(
        message + ": " + (cause.getMessage() == null ? cause.toString() : cause.getMessage()),
        cause);
  }
}
