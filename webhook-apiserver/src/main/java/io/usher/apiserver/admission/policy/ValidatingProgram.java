package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.cel.ConditionException;
import io.usher.cel.CostBudget;
import io.usher.cel.PolicyCompiler;
import io.usher.cel.PolicyInput;
import io.usher.cel.PolicyScope;
import io.usher.cel.ResultType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The expressions of a ValidatingAdmissionPolicy, compiled. Thread-safe. */
final class ValidatingProgram {

  /** As long as Kubernetes lets an evaluated message be, in bytes. */
  private static final int MAX_MESSAGE = 5 * 1024;

  private static final String INVALID = "Invalid";

  private final MatchConditions conditions;
  private final List<Validation> validations = new ArrayList<>();
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
      @Nullable Expression messageExpression) {}

  private record Annotation(String key, String text, Expression value) {}

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
    for (JsonNode each : spec.path("auditAnnotations")) {
      String text = each.path("valueExpression").asText();
      annotations.add(
          new Annotation(
              each.path("key").asText(),
              text,
              Expression.of(compiler, text, ResultType.STRING_OR_NULL)));
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
    var failures = new ArrayList<Failure>();
    var failed = new ArrayList<Integer>();
    for (int i = 0; i < validations.size(); i++) {
      try {
        if (!Boolean.TRUE.equals(validations.get(i).expression.evaluate(input))) {
          failed.add(i);
          failures.add(new Failure(i, "", validations.get(i).reason));
        }
      } catch (EvaluationException e) {
        if (!ignoresFailures) {
          failures.add(new Failure(i, String.valueOf(e.getMessage()), ""));
        }
      }
    }
    if (failed.isEmpty()) {
      return failures;
    }
    PolicyInput messages = write.forMessages(params, budget);
    try {
      for (int i = 0; i < failures.size(); i++) {
        Failure each = failures.get(i);
        if (failed.contains(each.index)) {
          String message = message(validations.get(each.index), messages);
          failures.set(i, new Failure(each.index, message, each.reason));
        }
      }
    } catch (SpentException e) {
      String message = "failed messageExpression: " + e.getMessage();
      failures.replaceAll(
          each -> failed.contains(each.index) ? new Failure(each.index, message, "") : each);
      failures.removeIf(each -> ignoresFailures && failed.contains(each.index));
    }
    return failures;
  }

  private static String message(Validation validation, PolicyInput input) throws SpentException {
    if (validation.messageExpression != null) {
      try {
        Object value = validation.messageExpression.evaluate(input);
        String message = value instanceof String text ? text.strip() : "";
        boolean fits = message.getBytes(StandardCharsets.UTF_8).length <= MAX_MESSAGE;
        if (!message.isEmpty() && fits && message.indexOf('\n') < 0) {
          return message;
        }
      } catch (EvaluationException e) {
        // The message that is always there tells enough.
        return fallback(validation);
      }
    }
    return fallback(validation);
  }

  private static String fallback(Validation validation) {
    return validation.message.isEmpty()
        ? "failed expression: " + validation.text
        : validation.message;
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
