package io.usher.cel;

import org.jspecify.annotations.Nullable;

/**
 * What expressions may cost together: in Kubernetes' units of cost, in time, and in bytes of the
 * values that they make. For one thread.
 */
public final class CostBudget {

  /** As Kubernetes bounds one expression. */
  static final long PER_CALL = 1_000_000;

  private static final long TOTAL = 10_000_000;
  private static final long MATCH_CONDITIONS = 2_500_000;

  /** Kubernetes has no such bound; what a hundred policies make of an object is far below it. */
  private static final long BYTES = 128L << 20;

  private long left;
  private long spent;
  private long bytesLeft = BYTES;
  private @Nullable Long deadline;

  private CostBudget(long left) {
    this.left = left;
  }

  /** The budget of all rules about one object, or of one binding of a policy. */
  public static CostBudget ofObject() {
    return new CostBudget(TOTAL);
  }

  /** The budget of the match conditions of one webhook or policy. */
  public static CostBudget ofMatchConditions() {
    return new CostBudget(MATCH_CONDITIONS);
  }

  /**
   * Ends evaluations at a time, too.
   *
   * @param nanoTime of {@link System#nanoTime()}
   */
  public CostBudget until(long nanoTime) {
    deadline = nanoTime;
    return this;
  }

  /** Whether nothing is left. */
  public boolean isSpent() {
    return left <= 0;
  }

  /** What was taken so far. */
  long spent() {
    return spent;
  }

  /** Takes what one expression cost. */
  void spend(long cost) throws BudgetException {
    spent += cost;
    if (cost > left) {
      left = 0;
      throw new BudgetException(BudgetException.Kind.TOTAL);
    }
    left -= cost;
  }

  void take(long bytes) {
    bytesLeft -= bytes;
    if (bytesLeft < 0) {
      throw new StoppedException(BudgetException.Kind.BYTES);
    }
  }

  void checkTime() {
    if (deadline != null && System.nanoTime() - deadline >= 0) {
      throw new StoppedException(BudgetException.Kind.DEADLINE);
    }
  }
}
