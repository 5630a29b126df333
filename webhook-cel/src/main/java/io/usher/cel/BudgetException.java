package io.usher.cel;

/** An expression costs more than one may. */
public final class BudgetException extends Exception {
  private static final long serialVersionUID = 1L;

  BudgetException(Throwable cause) {
    super("operation cancelled: actual cost limit exceeded", cause);
  }
}
