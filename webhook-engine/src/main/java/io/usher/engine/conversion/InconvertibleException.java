package io.usher.engine.conversion;

/** An object that nothing converts. The message names it. */
final class InconvertibleException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  InconvertibleException(String message) {
    super(message, null, false, false);
  }
}
