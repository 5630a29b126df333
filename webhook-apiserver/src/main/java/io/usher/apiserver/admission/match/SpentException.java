package io.usher.apiserver.admission.match;

/** The expressions about a write have cost what they may. */
public final class SpentException extends Exception {
  private static final long serialVersionUID = 1L;

  SpentException(String message) {
    super(message, null, false, false);
  }
}
