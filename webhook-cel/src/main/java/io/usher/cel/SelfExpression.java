package io.usher.cel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.CelErrorCode;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A compiled expression over {@code self}, and {@code oldSelf} where there is one. Immutable;
 * evaluated by many threads at once.
 */
public final class SelfExpression {

  private static final Pattern PLACE = Pattern.compile("^evaluation error at <input>:\\d+: ");
  private static final Pattern NO_KEY = Pattern.compile("^key '(.*)' is not present in map\\.$");

  private final CelRuntime.Program program;
  private final ValueType type;
  private final boolean usesOldSelf;
  private final boolean optionalOldSelf;

  SelfExpression(
      CelRuntime.Program program, ValueType type, boolean usesOldSelf, boolean optionalOldSelf) {
    this.program = program;
    this.type = type;
    this.usesOldSelf = usesOldSelf;
    this.optionalOldSelf = optionalOldSelf;
  }

  /** Whether it reads {@code oldSelf}. */
  public boolean usesOldSelf() {
    return usesOldSelf;
  }

  /** Whether {@code oldSelf} is an optional value, so that it is evaluated without one, too. */
  public boolean hasOptionalOldSelf() {
    return optionalOldSelf;
  }

  /** Stops an evaluation. */
  private static final class TooManySteps extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManySteps() {
      super("too many steps", null, false, false);
    }
  }

  /**
   * The value: a {@code Boolean}, a {@code String}.
   *
   * @param old null where there is none
   * @throws ConditionException when the values do not have what the expression reads
   * @throws BudgetException when it takes too long
   */
  public Object evaluate(JsonNode self, @Nullable JsonNode old, CostBudget budget)
      throws ConditionException, BudgetException {
    Map<String, Object> values = new HashMap<>();
    values.put(SelfCompiler.SELF, TypedValues.of(self, type));
    if (usesOldSelf) {
      Object before = old == null ? null : TypedValues.of(old, type);
      values.put(SelfCompiler.OLD_SELF, optionalOldSelf ? Optional.ofNullable(before) : before);
    }
    long[] steps = {0};
    try {
      Object result =
          program.trace(
              values,
              (expression, value) -> {
                if (++steps[0] > CostBudget.PER_CALL) {
                  throw new TooManySteps();
                }
              });
      if (result instanceof Boolean || result instanceof String) {
        return result;
      }
      // Its variables are all known: what the runtime takes for unknown is none of them.
      throw new ConditionException("no such attribute");
    } catch (CelEvaluationException e) {
      if (steps[0] > CostBudget.PER_CALL
          || e.getErrorCode() == CelErrorCode.ITERATION_BUDGET_EXCEEDED) {
        throw new BudgetException(e);
      }
      throw new ConditionException(problem(e), e);
    } finally {
      budget.spend(steps[0]);
    }
  }

  /** What is wrong, in the words of cel-go where they are known. */
  private static String problem(CelEvaluationException e) {
    String problem = PLACE.matcher(String.valueOf(e.getMessage())).replaceFirst("");
    return switch (e.getErrorCode()) {
      case ATTRIBUTE_NOT_FOUND -> "no such key: " + NO_KEY.matcher(problem).replaceFirst("$1");
      case DIVIDE_BY_ZERO -> "division by zero";
      case INDEX_OUT_OF_BOUNDS -> "index out of bounds: " + problem.replaceAll("\\D+", "");
      case OVERLOAD_NOT_FOUND -> "no such overload";
      default -> problem;
    };
  }
}
