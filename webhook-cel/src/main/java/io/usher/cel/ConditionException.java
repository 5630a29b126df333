package io.usher.cel;

/** An expression can't be compiled, or not be evaluated for what it is given. */
public final class ConditionException extends Exception {
  private static final long serialVersionUID = 1L;

  ConditionException(String message, Throwable cause) {
    super(message, cause);
  }

  ConditionException(String message) {
    super(message);
  }
}
