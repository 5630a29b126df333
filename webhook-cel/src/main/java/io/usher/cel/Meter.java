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

  /** Ends the evaluation when its time is over. */
  void checkTime() {
    budget.checkTime();
  }

  /** Adds to the cost, which has no sign. */
  void charge(long amount) {
    cost += amount;
    if (Long.compareUnsigned(cost, CostBudget.PER_CALL) > 0) {
      throw new StoppedException(BudgetException.Kind.CALL);
    }
  }

  /** Counts bytes of a value that is made. */
  void made(long bytes) {
    budget.take(bytes);
  }

  /** Counts bytes no more, of what is needed no more. */
  void dropped(long bytes) {
    budget.release(bytes);
  }

  long cost() {
    return cost;
  }
}
