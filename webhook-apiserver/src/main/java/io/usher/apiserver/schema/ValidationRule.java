package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.cel.ConditionException;
import io.usher.cel.SelfCompiler;
import io.usher.cel.SelfExpression;
import org.jspecify.annotations.Nullable;

/**
 * A rule of {@code x-kubernetes-validations}.
 *
 * @param rule the expression
 * @param message what to say when it does not hold, or empty
 * @param reason how the problem is told, {@code FieldValueInvalid}
 * @param fieldPath the field that the problem is told of, relative to the value; or empty
 * @param condition the compiled expression; null when it can't be compiled
 * @param problem why not, or empty
 * @param messageExpression what says the message; null for nothing
 * @param messageProblem why it can't be compiled, or empty
 */
record ValidationRule(
    String rule,
    String message,
    String reason,
    String fieldPath,
    @Nullable SelfExpression condition,
    String problem,
    @Nullable SelfExpression messageExpression,
    String messageProblem) {

  /** Reads and compiles a rule about values of a schema. */
  static ValidationRule of(JsonNode json, SchemaNode schema, SelfCompiler compiler) {
    String rule = json.path("rule").asText();
    boolean optional = json.path("optionalOldSelf").asBoolean();
    SelfExpression condition = null;
    SelfExpression message = null;
    String problem = "";
    String messageProblem = "";
    try {
      condition = compiler.rule(rule, optional);
    } catch (ConditionException e) {
      problem = String.valueOf(e.getMessage());
    }
    String expression = json.path("messageExpression").asText();
    try {
      message = expression.isEmpty() ? null : compiler.message(expression, optional);
    } catch (ConditionException e) {
      messageProblem = String.valueOf(e.getMessage());
    }
    String path = json.path("fieldPath").asText();
    return new ValidationRule(
        rule.strip(),
        json.path("message").asText().strip(),
        json.path("reason").asText(),
        path.isEmpty() ? "" : FieldPath.of(path, schema).normalized(),
        condition,
        problem,
        message,
        messageProblem);
  }

  /** What stands for the rule in texts. */
  String shown() {
    return message.isEmpty() ? rule : message;
  }
}
