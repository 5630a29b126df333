package io.usher.cel;

/** An evaluation costs more than it may, in Kubernetes' units, in time or in memory. */
public final class BudgetException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is spent. */
  public enum Kind {
    /** One expression costs more than one may. */
    CALL("operation cancelled: actual cost limit exceeded"),
    /** All expressions together do. */
    TOTAL(
        "validation failed due to running out of cost budget, no further validation rules will be"
            + " run"),
    /** The time is over. */
    DEADLINE("operation interrupted"),
    /** The expressions made more values than the memory is for. */
    BYTES("operation cancelled: the values it makes are too large");

    private final String message;

    Kind(String message) {
      this.message = message;
    }

    String message() {
      return message;
    }
  }

  private final Kind kind;

  BudgetException(Kind kind) {
    super(kind.message());
    this.kind = kind;
  }

  /** What is spent. */
  public Kind kind() {
    return kind;
  }
}
