package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import io.usher.cel.BudgetException;
import io.usher.cel.ConditionException;
import io.usher.cel.CostBudget;
import io.usher.cel.SelfCompiler;
import io.usher.cel.SelfExpression;
import io.usher.cel.ValueType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules in CEL of a schema and of all below it. They are compiled when the first object is
 * checked. Thread-safe.
 */
final class ValidationRules {

  private static final String OUT_OF_BUDGET =
      "validation failed due to running out of cost budget, no further validation rules will be run";

  private static final int MAX_MESSAGE = 5 * 1024;

  private final SchemaNode root;

  /** The schemas with rules in them or below them; of those without any the list is empty. */
  private final Map<SchemaNode, JsonNode> declared = new IdentityHashMap<>();

  private @Nullable Map<SchemaNode, List<ValidationRule>> compiled;

  private ValidationRules(SchemaNode root) {
    this.root = root;
    find(root);
  }

  static ValidationRules of(SchemaNode root) {
    return new ValidationRules(root);
  }

  private boolean find(SchemaNode schema) {
    JsonNode rules = schema.json().path("x-kubernetes-validations");
    boolean any = !rules.isEmpty();
    for (SchemaNode property : schema.properties().values()) {
      any |= find(property);
    }
    any |= schema.items() != null && find(schema.items());
    any |= schema.values() != null && find(schema.values());
    if (any) {
      declared.put(schema, rules);
    }
    return any;
  }

  boolean isEmpty() {
    return declared.isEmpty();
  }

  /** The rules of one schema, compiled. */
  static List<ValidationRule> compile(SchemaNode schema) {
    ValueType type = ValueTypes.of(schema);
    if (type == null) {
      return List.of();
    }
    SelfCompiler compiler = SelfCompiler.of(type);
    var rules = new ArrayList<ValidationRule>();
    schema
        .json()
        .path("x-kubernetes-validations")
        .forEach(each -> rules.add(ValidationRule.of(each, schema, compiler)));
    return rules;
  }

  private synchronized Map<SchemaNode, List<ValidationRule>> compiled() {
    if (compiled == null) {
      Map<SchemaNode, List<ValidationRule>> all = new IdentityHashMap<>();
      declared.forEach(
          (schema, rules) -> all.put(schema, rules.isEmpty() ? List.of() : compile(schema)));
      compiled = all;
    }
    return compiled;
  }

  /**
   * What does not hold of an object.
   *
   * @param old the object before a change; null for a new one
   */
  List<FieldError> check(ObjectNode object, @Nullable ObjectNode old) {
    return check(object, old, "");
  }

  /**
   * What does not hold of a value.
   *
   * @param path where the value is
   */
  List<FieldError> check(JsonNode value, @Nullable JsonNode old, String path) {
    var evaluation = new Evaluation(compiled());
    evaluation.value(value, root, path, old == null ? null : new Correlation(old, root), false);
    return evaluation.errors;
  }

  /** The rules about one object. For one thread. */
  private static final class Evaluation {
    private final Map<SchemaNode, List<ValidationRule>> rules;
    private final List<FieldError> errors = new ArrayList<>();
    private final CostBudget budget = CostBudget.ofObject();
    private boolean stopped;

    Evaluation(Map<SchemaNode, List<ValidationRule>> rules) {
      this.rules = rules;
    }

    /**
     * Evaluates the rules about a value and those about what is in it.
     *
     * @param old what it was; null for nothing
     * @param excused whether what surrounds it is as it was
     */
    void value(
        JsonNode value,
        SchemaNode schema,
        String path,
        @Nullable Correlation old,
        boolean excused) {
      List<ValidationRule> own = rules.get(schema);
      if (own == null || value.isNull() || stopped || errors.size() > ToldErrors.MOST) {
        return;
      }
      boolean same = old == null ? excused : old.value().equals(value);
      for (ValidationRule rule : own) {
        if (!stopped) {
          rule(rule, value, schema, path, old, same);
        }
      }
      if (value instanceof ObjectNode object) {
        for (Map.Entry<String, JsonNode> member : object.properties()) {
          String name = member.getKey();
          SchemaNode property = schema.property(name);
          SchemaNode values = schema.values();
          Correlation before = old == null ? null : old.member(name);
          if (property != null) {
            String at = path.isEmpty() ? name : path + '.' + name;
            value(member.getValue(), property, at, before, same);
          } else if (values != null) {
            value(member.getValue(), values, path + '[' + name + ']', before, same);
          }
        }
      } else if (value instanceof ArrayNode list && schema.items() != null) {
        for (int i = 0; i < list.size(); i++) {
          Correlation before = old == null ? null : old.element(list.get(i));
          value(list.get(i), schema.items(), path + '[' + i + ']', before, same);
        }
      }
    }

    private void rule(
        ValidationRule rule,
        JsonNode value,
        SchemaNode schema,
        String path,
        @Nullable Correlation old,
        boolean same) {
      SelfExpression condition = rule.condition();
      if (condition == null) {
        broken(path, schema, "rule compile error: " + rule.problem());
        return;
      }
      // A rule about a change needs something to compare with.
      if (condition.usesOldSelf() && old == null && !condition.hasOptionalOldSelf()) {
        return;
      }
      if (budget.isSpent()) {
        broken(path, schema, OUT_OF_BUDGET);
        stopped = true;
        return;
      }
      JsonNode before = old == null ? null : old.value();
      try {
        boolean holds = Boolean.TRUE.equals(condition.evaluate(value, before, budget));
        if (!holds && (condition.usesOldSelf() || !same)) {
          errors.add(failed(rule, value, schema, path, before));
        }
      } catch (ConditionException e) {
        boolean overload = String.valueOf(e.getMessage()).startsWith("no such overload");
        broken(
            path,
            schema,
            overload
                ? "'"
                    + e.getMessage()
                    + "': call arguments did not match a supported operator, function or macro"
                    + " signature for rule: "
                    + rule.shown()
                : e.getMessage() + " evaluating rule: " + rule.shown());
      } catch (BudgetException e) {
        boolean total = e.kind() == BudgetException.Kind.TOTAL;
        broken(
            path,
            schema,
            total
                ? OUT_OF_BUDGET
                : "'"
                    + e.getMessage()
                    + "': no further validation rules will be run due to call cost exceeds limit for"
                    + " rule: "
                    + rule.shown());
        stopped = true;
      }
    }

    private void broken(String path, SchemaNode schema, String problem) {
      errors.add(FieldError.invalid(place(path), TextNode.valueOf(schema.type()), problem));
    }

    private static String place(String path) {
      return path.isEmpty() ? "<nil>" : path;
    }

    private FieldError failed(
        ValidationRule rule,
        JsonNode value,
        SchemaNode schema,
        String path,
        @Nullable JsonNode before) {
      String detail = message(rule, value, before);
      String field = rule.fieldPath();
      if (field.isEmpty()) {
        field = place(path);
      } else if (!path.isEmpty()) {
        field = path + (field.startsWith("[") ? "" : ".") + field;
      }
      boolean parts = schema.type().equals("object") || schema.type().equals("array");
      return switch (rule.reason()) {
        case "FieldValueForbidden" -> FieldError.forbidden(field, detail);
        case "FieldValueRequired" -> FieldError.required(field, detail);
        case "FieldValueDuplicate" ->
            parts
                ? FieldError.withoutValue(FieldError.Reason.DUPLICATE, field, "")
                : FieldError.duplicate(field, value);
        default ->
            parts
                ? FieldError.withoutValue(FieldError.Reason.INVALID, field, detail)
                : FieldError.invalid(field, value, detail);
      };
    }

    private String message(ValidationRule rule, JsonNode value, @Nullable JsonNode before) {
      SelfExpression expression = rule.messageExpression();
      if (expression != null && !budget.isSpent()) {
        try {
          String message = String.valueOf(expression.evaluate(value, before, budget)).strip();
          if (!message.isEmpty() && message.length() <= MAX_MESSAGE && message.indexOf('\n') < 0) {
            return message;
          }
        } catch (ConditionException | BudgetException e) {
          // The message that is always there tells enough.
          return fallback(rule);
        }
      }
      return fallback(rule);
    }

    private static String fallback(ValidationRule rule) {
      return rule.message().isEmpty() ? "failed rule: " + rule.rule() : rule.message();
    }
  }
}
