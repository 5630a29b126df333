package io.usher.cel;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A compiled expression over {@code self}, and {@code oldSelf} where there is one. Immutable;
 * evaluated by many threads at once.
 */
public final class SelfExpression {

  private final Step root;
  private final JsonValues.Reading reading;
  private final boolean usesOldSelf;
  private final boolean optionalOldSelf;
  private final CostEstimator.Cost estimate;

  SelfExpression(
      Step root,
      JsonValues.Reading reading,
      boolean usesOldSelf,
      boolean optionalOldSelf,
      CostEstimator.Cost estimate) {
    this.root = root;
    this.reading = reading;
    this.usesOldSelf = usesOldSelf;
    this.optionalOldSelf = optionalOldSelf;
    this.estimate = estimate;
  }

  /** Whether it reads {@code oldSelf}. */
  public boolean usesOldSelf() {
    return usesOldSelf;
  }

  /** Whether {@code oldSelf} is an optional value, so that it is evaluated without one, too. */
  public boolean hasOptionalOldSelf() {
    return optionalOldSelf;
  }

  /** What one evaluation costs at most, by the sizes that the type has; of 64 bits, unsigned. */
  public long estimatedCost() {
    return estimate.max();
  }

  /**
   * The value: a {@code Boolean}, a {@code String}.
   *
   * @param old null where there is none
   * @throws ConditionException when the values do not have what the expression reads
   * @throws BudgetException when it costs too much
   */
  public Object evaluate(JsonNode self, @Nullable JsonNode old, CostBudget budget)
      throws ConditionException, BudgetException {
    return budget.evaluate(root, (name, meter) -> named(name, self, old), 0);
  }

  private @Nullable Object named(String name, JsonNode self, @Nullable JsonNode old) {
    if (name.equals(SelfCompiler.SELF)) {
      return reading.of(self);
    }
    if (!name.equals(SelfCompiler.OLD_SELF)) {
      return null;
    }
    Object before = old == null ? null : reading.of(old);
    return optionalOldSelf ? Optional.ofNullable(before) : before;
  }
}
