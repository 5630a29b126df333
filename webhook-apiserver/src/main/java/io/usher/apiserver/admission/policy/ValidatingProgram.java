package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.admission.match.EvaluationException;
import io.usher.apiserver.admission.match.Expression;
import io.usher.apiserver.admission.match.MatchConditions;
import io.usher.apiserver.admission.match.SpentException;
import io.usher.cel.ConditionException;
import io.usher.cel.CostBudget;
import io.usher.cel.PolicyCompiler;
import io.usher.cel.PolicyInput;
import io.usher.cel.PolicyScope;
import io.usher.cel.ResultType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The expressions of a ValidatingAdmissionPolicy, compiled. Thread-safe. */
final class ValidatingProgram {

  /** As long as Kubernetes lets an evaluated message be, in bytes. */
  private static final int MAX_MESSAGE = 5 * 1024;

  private static final String INVALID = "Invalid";

  private final MatchConditions conditions;
  private final List<Validation> validations = new ArrayList<>();
  private final boolean evaluatesMessages;
  private final List<Annotation> annotations = new ArrayList<>();

  /**
   * A validation.
   *
   * @param message what to say when it does not hold, or empty
   * @param messageExpression what says the message; null for nothing
   */
  private record Validation(
      String text,
      Expression expression,
      String message,
      String reason,
      @Nullable Expression messageExpression) {

    Outcome evaluate(PolicyInput input) throws SpentException {
      try {
        return new Outcome(Boolean.TRUE.equals(expression.evaluate(input)), "");
      } catch (EvaluationException e) {
        return new Outcome(false, String.valueOf(e.getMessage()));
      }
    }

    /** What the {@code messageExpression} gives; empty where that is nothing to be shown. */
    String message(PolicyInput input) throws SpentException {
      if (messageExpression == null) {
        return "";
      }
      try {
        String evaluated =
            messageExpression.evaluate(input) instanceof String string ? string.strip() : "";
        boolean fits = evaluated.getBytes(StandardCharsets.UTF_8).length <= MAX_MESSAGE;
        return fits && evaluated.indexOf('\n') < 0 ? evaluated : "";
      } catch (EvaluationException e) {
        return "";
      }
    }

    /**
     * Of a validation that does not hold.
     *
     * @param evaluated what the {@code messageExpression} gave, or empty
     */
    Failure failure(int index, String evaluated) {
      String stated = message.isEmpty() ? "failed expression: " + text : message;
      return new Failure(index, evaluated.isEmpty() ? stated : evaluated, reason);
    }
  }

  /**
   * What the expression of a validation came to.
   *
   * @param problem why it could not be evaluated, or empty
   */
  private record Outcome(boolean holds, String problem) {}

  private record Annotation(String key, Expression value) {}

  /**
   * What a validation came to.
   *
   * @param index the validation's place in the policy
   * @param reason the status' reason; empty where an expression could not be evaluated
   */
  record Failure(int index, String message, String reason) {}

  /**
   * An audit annotation.
   *
   * @param value empty for none
   * @param error why there is no value, or empty
   */
  record AuditAnnotation(String key, String value, String error) {}

  /**
   * What came of an evaluation.
   *
   * @param failures the validations that failed, and the expressions that could not be evaluated
   *     where that denies
   */
  record Result(List<Failure> failures, List<AuditAnnotation> annotations) {
    static final Result NOTHING = new Result(List.of(), List.of());

    static Result error(String message, boolean ignored) {
      return ignored ? NOTHING : new Result(List.of(new Failure(0, message, "")), List.of());
    }
  }

  private ValidatingProgram(JsonNode spec) {
    boolean params = spec.has("paramKind");
    PolicyCompiler compiler = PolicyCompiler.of(new PolicyScope(params, true, false));
    declare(spec.path("variables"), compiler);
    conditions = MatchConditions.of(spec.path("matchConditions"), compiler);
    PolicyCompiler messages = null;
    for (JsonNode each : spec.path("validations")) {
      String message = each.path("messageExpression").asText();
      if (!message.isEmpty() && messages == null) {
        messages = PolicyCompiler.of(new PolicyScope(params, false, false));
        declare(spec.path("variables"), messages);
      }
      String text = each.path("expression").asText();
      validations.add(
          new Validation(
              text.strip(),
              Expression.of(compiler, text, ResultType.BOOL),
              each.path("message").asText().strip(),
              each.path("reason").asText(INVALID),
              message.isEmpty() || messages == null
                  ? null
                  : Expression.of(messages, message, ResultType.STRING)));
    }
    evaluatesMessages = messages != null;
    for (JsonNode each : spec.path("auditAnnotations")) {
      annotations.add(
          new Annotation(
              each.path("key").asText(),
              Expression.of(
                  compiler, each.path("valueExpression").asText(), ResultType.STRING_OR_NULL)));
    }
  }

  static ValidatingProgram of(JsonNode spec) {
    return new ValidatingProgram(spec);
  }

  /** A variable that can't be compiled fails whatever reads it, and says why. */
  static void declare(JsonNode variables, PolicyCompiler compiler) {
    for (JsonNode each : variables) {
      try {
        compiler.variable(each.path("name").asText(), each.path("expression").asText());
      } catch (ConditionException e) {
        // The compiler keeps the reason for those who read the variable.
        continue;
      }
    }
  }

  /**
   * Evaluates it for a write.
   *
   * @param params the parameters; JSON's null for none
   * @param ignoresFailures whether what can't be evaluated counts as if it held
   */
  Result evaluate(PolicyWrite write, JsonNode params, boolean ignoresFailures) {
    try {
      if (!conditions.isEmpty() && !conditions.hold(write.forConditions(params))) {
        return Result.NOTHING;
      }
    } catch (EvaluationException e) {
      return Result.error(String.valueOf(e.getMessage()), ignoresFailures);
    }
    try {
      return new Result(
          failures(write, params, ignoresFailures), annotations(write, params, ignoresFailures));
    } catch (SpentException e) {
      return Result.error(String.valueOf(e.getMessage()), ignoresFailures);
    }
  }

  private List<Failure> failures(PolicyWrite write, JsonNode params, boolean ignoresFailures)
      throws SpentException {
    CostBudget budget = CostBudget.ofObject();
    PolicyInput input = write.forExpressions(params, budget);
    var outcomes = new ArrayList<Outcome>();
    for (Validation validation : validations) {
      outcomes.add(validation.evaluate(input));
    }
    List<String> messages = List.of();
    String spent = "";
    try {
      messages = messages(write, params, budget);
    } catch (SpentException e) {
      spent = "failed messageExpression: " + e.getMessage();
    }
    var failures = new ArrayList<Failure>();
    for (int i = 0; i < outcomes.size(); i++) {
      Outcome outcome = outcomes.get(i);
      String problem = outcome.problem.isEmpty() ? spent : outcome.problem;
      if (problem.isEmpty() && !outcome.holds) {
        failures.add(validations.get(i).failure(i, messages.get(i)));
      } else if (!problem.isEmpty() && !ignoresFailures) {
        failures.add(new Failure(i, problem, ""));
      }
    }
    return failures;
  }

  /**
   * What the validations' {@code messageExpression}s give. Those of validations that hold are
   * evaluated as well, and take from the budget, as Kubernetes' do.
   *
   * @param budget what the validations left
   * @throws SpentException when that is not enough
   */
  private List<String> messages(PolicyWrite write, JsonNode params, CostBudget budget)
      throws SpentException {
    if (!evaluatesMessages) {
      return Collections.nCopies(validations.size(), "");
    }
    PolicyInput input = write.forMessages(params, budget);
    var messages = new ArrayList<String>();
    for (Validation validation : validations) {
      messages.add(validation.message(input));
    }
    return messages;
  }

  private List<AuditAnnotation> annotations(
      PolicyWrite write, JsonNode params, boolean ignoresFailures) throws SpentException {
    if (annotations.isEmpty()) {
      return List.of();
    }
    PolicyInput input = write.forAnnotations(params);
    var evaluated = new ArrayList<AuditAnnotation>();
    for (Annotation annotation : annotations) {
      try {
        Object value = annotation.value.evaluate(input);
        evaluated.add(
            new AuditAnnotation(
                annotation.key, value instanceof String text ? text.strip() : "", ""));
      } catch (EvaluationException e) {
        if (!ignoresFailures) {
          evaluated.add(new AuditAnnotation(annotation.key, "", String.valueOf(e.getMessage())));
        }
      }
    }
    return evaluated;
  }
}
