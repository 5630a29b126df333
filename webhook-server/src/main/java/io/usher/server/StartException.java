package io.usher.server;

/**
 * The server can't start for a reason outside its settings and rules: a port is taken, a file can't
 * be written. The message says what it tried, and where.
 */
public final class StartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StartException(String step, Throwable cause) {
    super(
        step + ": " + (cause.getMessage() == null ? cause.toString() : cause.getMessage()), cause);
  }
}
