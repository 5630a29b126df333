package io.usher.cel;

/** Counts what one evaluation costs, and ends it when that is too much. For one thread. */
final class Meter {

  /** The clock is looked at once in so many steps. */
  private static final int STEPS = 64;

  private final CostBudget budget;
  private long cost;
  private int steps;

  Meter(CostBudget budget) {
    this.budget = budget;
  }

  /** Counts a step, which costs what else is said. */
  void step() {
    if (++steps % STEPS == 0) {
      budget.checkTime();
    }
  }

  /** Adds to the cost; an amount is not negative. */
  void charge(long amount) {
    cost += Math.min(amount, 2 * CostBudget.PER_CALL);
    if (cost > CostBudget.PER_CALL) {
      throw new StoppedException(BudgetException.Kind.CALL);
    }
  }

  /** Counts bytes of a value that is made. */
  void made(long bytes) {
    budget.take(bytes);
  }

  CostBudget budget() {
    return budget;
  }

  long cost() {
    return cost;
  }
}
