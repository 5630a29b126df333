package io.usher.authority;

/** A Secret that only a person may replace; the message names it and says what to do. */
final class UnusableSecretException extends Exception {

  private static final long serialVersionUID = 1L;

  UnusableSecretException(String message) {
    super(message);
  }

  UnusableSecretException(String message, Throwable cause) {
    super(message, cause);
  }
}
