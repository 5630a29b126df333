package io.usher.webhook.declaration;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What is stated for a webhook: each attribute at most once, and CEL conditions by name. */
public final class WebhookAttributes {

  /** What the API server allows in one webhook. */
  private static final int MAX_CONDITIONS = 64;

  private final Map<Attribute<?>, Object> values = new LinkedHashMap<>();
  private final Map<String, String> conditions = new LinkedHashMap<>();

  /** States an attribute; what was stated before is forgotten. */
  public <T> void state(Attribute<T> attribute, T value) {
    values.put(attribute, value);
  }

  /** States that this CEL expression, of this name, must be true. */
  public void state(String conditionName, String expression) {
    conditions.put(conditionName, expression);
  }

  /** What is stated, or empty when nothing is. */
  public <T> Optional<T> get(Attribute<T> attribute) {
    return Optional.ofNullable(values.get(attribute)).map(attribute.type()::cast);
  }

  /** The CEL expressions by their names, in the order stated. */
  public Map<String, String> conditions() {
    return conditions;
  }

  /** Checks what holds for all statements of a webhook together. */
  public void checkConditionCount(Consumer<String> problems) {
    if (conditions.size() > MAX_CONDITIONS) {
      problems.accept(
          conditions.size()
              + " matchConditions are more than the 64 that a webhook may have; join some with &&");
    }
  }

  /** Every statement under a name for messages: {@code order}, {@code matchCondition "x"}. */
  Map<String, Object> byName() {
    var named = new LinkedHashMap<String, Object>();
    values.forEach((attribute, value) -> named.put(attribute.name(), value));
    conditions.forEach(
        (name, expression) -> named.put("matchCondition \"" + name + "\"", expression));
    return named;
  }

  /** Adds what another states and this doesn't. */
  public void addAll(WebhookAttributes other) {
    other.values.forEach(values::putIfAbsent);
    other.conditions.forEach(conditions::putIfAbsent);
  }
}
