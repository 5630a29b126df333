package io.usher.cel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.values.NullValue;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the expressions of one policy see of one request. Its variables are evaluated when they are
 * first read, and kept. For one thread.
 */
public final class PolicyInput {

  private static final String PARAMS = "params";

  private final Map<String, Object> values;
  private final Object params;
  private final Map<String, Object> variableValues = new HashMap<>();
  private final CostBudget budget;
  private long bytesOfVariables;

  /**
   * Holds a request.
   *
   * @param values {@code object}, {@code oldObject}, {@code request}, {@code namespaceObject},
   *     {@code params}; what is missing is null
   * @param authorizer null where there is none; {@code authorizer.requestResource} is of what
   *     {@code request} is about
   * @param budget what all may cost
   */
  public PolicyInput(
      Map<String, JsonNode> values, @Nullable Authorizer authorizer, CostBudget budget) {
    this.values = new HashMap<>();
    for (String name : Set.of("object", "oldObject", "request", "namespaceObject")) {
      this.values.put(name, value(values.get(name)));
    }
    params = value(values.get(PARAMS));
    if (authorizer != null) {
      var root = new AuthorizerFunctions.Root(authorizer, null);
      this.values.put("authorizer", root);
      JsonNode request = values.get("request");
      if (request != null) {
        this.values.put("authorizer.requestResource", requested(root, request));
      }
    }
    this.budget = budget;
  }

  private PolicyInput(Map<String, Object> values, Object params, CostBudget budget) {
    this.values = values;
    this.params = params;
    this.budget = budget;
  }

  /** The same request for another policy, or for other parameters. */
  public PolicyInput with(JsonNode params, CostBudget budget) {
    return new PolicyInput(values, value(params), budget);
  }

  private static Object value(@Nullable JsonNode json) {
    return json == null ? NullValue.NULL_VALUE : JsonValues.of(json);
  }

  private static Object requested(AuthorizerFunctions.Root root, JsonNode request) {
    JsonNode resource = request.path("requestResource");
    resource = resource.isObject() ? resource : request.path("resource");
    return new AuthorizerFunctions.ResourceCheck(
        root,
        new Authorizer.ResourceQuery(
            null,
            resource.path("group").asText(),
            resource.path("resource").asText(),
            request.path("requestSubResource").asText(request.path("subResource").asText()),
            request.path("namespace").asText(),
            request.path("name").asText(),
            "",
            "",
            ""));
  }

  Object evaluate(Step step, Map<String, PolicyExpression.Variable> variables)
      throws ConditionException, BudgetException {
    return budget.evaluate(step, new Names(variables), bytesOfVariables);
  }

  /** A value as JSON. */
  JsonNode json(Object value) throws ConditionException, BudgetException {
    var meter = new Meter(budget);
    return budget.within(() -> ToJson.of(value, meter));
  }

  private Object variable(
      String name, PolicyExpression.Variable variable, Map<String, PolicyExpression.Variable> all) {
    Object known = variableValues.get(name);
    if (known != null) {
      return known;
    }
    Object value;
    if (variable.value() == null) {
      value =
          new Fault("composited variable \"" + name + "\" fails to compile: " + variable.problem());
    } else {
      value = evaluated(variable.value(), all);
      if (value instanceof Fault fault) {
        value =
            new Fault("composited variable \"" + name + "\" fails to evaluate: " + fault.message());
      }
    }
    variableValues.put(name, value);
    return value;
  }

  /** Its cost is its own; what reads it sees only that it is too much. */
  private Object evaluated(Step variable, Map<String, PolicyExpression.Variable> all) {
    var meter = new Meter(budget);
    long others = bytesOfVariables;
    long before = budget.bytes();
    Object value;
    try {
      value = variable.evaluate(new Names(all), meter);
    } catch (StoppedException e) {
      if (e.kind() != BudgetException.Kind.CALL) {
        throw e;
      }
      value = new Fault(e.kind().message());
    }
    budget.addVariable(meter.cost());
    // Those that it was the first to read are counted already.
    bytesOfVariables += budget.bytes() - before - (bytesOfVariables - others);
    return value;
  }

  /** What there is outside of all loops. */
  private final class Names implements Scope {
    private final Map<String, PolicyExpression.Variable> variables;

    Names(Map<String, PolicyExpression.Variable> variables) {
      this.variables = variables;
    }

    @Override
    public @Nullable Object find(String name, Meter meter) {
      return switch (name) {
        case "variables" -> new Variables(variables);
        case PARAMS -> params;
        default -> values.get(name);
      };
    }
  }

  /** {@code variables}. */
  private final class Variables extends AbstractMap<Object, Object> {
    private final Map<String, PolicyExpression.Variable> variables;

    Variables(Map<String, PolicyExpression.Variable> variables) {
      this.variables = variables;
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
      PolicyExpression.Variable variable = key instanceof String ? variables.get(key) : null;
      return variable == null ? null : variable(String.valueOf(key), variable, variables);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
      return variables.containsKey(key);
    }

    @Override
    public Set<Entry<Object, Object>> entrySet() {
      var entries = new HashMap<Object, Object>();
      variables.keySet().forEach(name -> entries.put(name, get(name)));
      return entries.entrySet();
    }
  }
}
