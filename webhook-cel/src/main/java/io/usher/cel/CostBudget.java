package io.usher.cel;

/**
 * What the expressions about one object may cost together: the steps of their evaluation, of which
 * each operator, call and selection is one. For one thread.
 */
public final class CostBudget {

  /** As Kubernetes bounds one expression. */
  static final long PER_CALL = 1_000_000;

  /** As Kubernetes bounds those about one object. */
  private static final long TOTAL = 10_000_000;

  private long left;

  private CostBudget(long left) {
    this.left = left;
  }

  /** The budget of one object. */
  public static CostBudget ofObject() {
    return new CostBudget(TOTAL);
  }

  /** Whether nothing is left. */
  public boolean isSpent() {
    return left <= 0;
  }

  void spend(long steps) {
    left -= steps;
  }
}
