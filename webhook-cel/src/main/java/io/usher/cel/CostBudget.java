package io.usher.cel;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What expressions may cost together: in Kubernetes' units of cost, in time, and in bytes of the
 * values that they hold. For one thread.
 */
public final class CostBudget {

  /** As Kubernetes bounds one expression. */
  static final long PER_CALL = 1_000_000;

  /**
   * What an evaluation may hold, in bytes. Kubernetes has no such bound. Where a cost is by the
   * size of what is made, {@link #PER_CALL} makes less: 24 MiB of numbers, 20 of texts.
   */
  static final long BYTES = 32L << 20;

  private static final long TOTAL = 10_000_000;
  private static final long MATCH_CONDITIONS = 2_500_000;
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** What an evaluation has without asking for it, and what it asks for at once. */
  private static final long CHUNK = 64L << 10;

  private final MemoryPool memory;
  private final LongSupplier clock;
  private long left;
  private long spent;
  private long ofVariables;
  private long bytes;
  private long reserved = CHUNK;
  private long deadline;

  CostBudget(long left, MemoryPool memory, LongSupplier clock) {
    this.left = left;
    this.memory = memory;
    this.clock = clock;
    deadline = clock.getAsLong() + MOST_NANOS;
  }

  /** The budget of all rules about one object, or of one binding of a policy. */
  public static CostBudget ofObject() {
    return new CostBudget(TOTAL, MemoryPool.OF_PROCESS, System::nanoTime);
  }

  /** The budget of the match conditions of one webhook or policy. */
  public static CostBudget ofMatchConditions() {
    return new CostBudget(MATCH_CONDITIONS, MemoryPool.OF_PROCESS, System::nanoTime);
  }

  /** The budget of what is computed when an expression is compiled. */
  static CostBudget ofConstants() {
    return new CostBudget(TOTAL, new MemoryPool(BYTES), System::nanoTime);
  }

  /**
   * Ends evaluations at a time, where that is less than 30 seconds after this budget was made.
   *
   * @param nanoTime of {@link System#nanoTime()}
   */
  public CostBudget until(long nanoTime) {
    if (nanoTime - deadline < 0) {
      deadline = nanoTime;
    }
    return this;
  }

  /** Whether nothing is left. */
  public boolean isSpent() {
    return left <= 0;
  }

  /** What was taken so far, without a sign. */
  long spent() {
    return spent;
  }

  /**
   * Evaluates an expression.
   *
   * @param held bytes of values that it may read and that are held as long as it runs
   * @throws ConditionException when it has no value
   * @throws BudgetException when it costs too much
   */
  Object evaluate(Step root, Scope scope, long held) throws ConditionException, BudgetException {
    var meter = new Meter(this);
    Object value;
    try {
      value =
          within(
              () -> {
                take(held);
                return root.evaluate(scope, meter);
              });
    } catch (BudgetException e) {
      spend(meter.cost());
      throw e;
    }
    spend(meter.cost());
    if (value instanceof Fault fault) {
      throw new ConditionException(fault.message());
    }
    return value;
  }

  /** What makes values. */
  interface Work<T> {
    T done() throws ConditionException;
  }

  /**
   * Does what takes bytes, and gives them back.
   *
   * @throws BudgetException when it takes too many, or too long
   */
  <T> T within(Work<T> work) throws ConditionException, BudgetException {
    try {
      return work.done();
    } catch (StoppedException e) {
      throw new BudgetException(e.kind());
    } catch (StackOverflowError e) {
      throw new BudgetException(BudgetException.Kind.BYTES);
    } finally {
      memory.give(reserved - CHUNK);
      reserved = CHUNK;
      bytes = 0;
    }
  }

  /** Adds what a variable cost, which the evaluation that reads it does not count as its own. */
  void addVariable(long cost) {
    ofVariables += cost;
  }

  private void spend(long own) throws BudgetException {
    long cost = own + ofVariables;
    ofVariables = 0;
    spent += cost;
    if (Long.compareUnsigned(cost, left) > 0) {
      left = 0;
      throw new BudgetException(BudgetException.Kind.TOTAL);
    }
    left -= cost;
  }

  /** Bytes that are held now. */
  long bytes() {
    return bytes;
  }

  /** Counts bytes that are held from now on. */
  void take(long count) {
    bytes += count;
    if (bytes > reserved) {
      long more = Math.max(CHUNK, bytes - reserved);
      if (bytes > BYTES || !memory.take(more)) {
        throw new StoppedException(BudgetException.Kind.BYTES);
      }
      reserved += more;
    }
  }

  /** Counts bytes no more. */
  void release(long count) {
    bytes -= count;
  }

  void checkTime() {
    if (clock.getAsLong() - deadline >= 0) {
      throw new StoppedException(BudgetException.Kind.DEADLINE);
    }
  }
}
