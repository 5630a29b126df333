package io.usher.cel;

/** Ends an evaluation at once; no value of an expression ever holds it. */
final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final BudgetException.Kind kind;

  StoppedException(BudgetException.Kind kind) {
    super(kind.message(), null, false, false);
    this.kind = kind;
  }

  BudgetException.Kind kind() {
    return kind;
  }
}
