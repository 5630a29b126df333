package io.usher.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelReference;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.values.NullValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes steps of a checked expression. What is constant is computed here, and costs nothing when it
 * runs; what can't be computed is refused.
 */
final class Planner {

  /** Functions that cel-go has once, for lists of whichever elements. */
  private static final Set<String> SORTS = Set.of("sort", "@sortByAssociatedKeys");

  /** Functions that make a value of a text, and give the same for the same text. */
  private static final Set<String> PARSERS = Set.of("quantity", "ip", "cidr", "url", "semver");

  private static final Scope NOTHING = (name, meter) -> null;

  private final CelAbstractSyntaxTree tree;
  private final Map<String, List<Library.Overload>> functions;
  private final Meter meter = new Meter(CostBudget.ofConstants());

  Planner(CelAbstractSyntaxTree tree, Map<String, List<Library.Overload>> functions) {
    this.tree = tree;
    this.functions = functions;
  }

  /**
   * The steps.
   *
   * @throws ConditionException when a constant part has no value
   */
  Step plan() throws ConditionException {
    return plan(tree.getExpr());
  }

  private Step plan(CelExpr expression) throws ConditionException {
    return switch (expression.getKind()) {
      case CONSTANT -> new Step.Constant(expression.id(), constant(expression.constant()));
      case IDENT -> name(expression, expression.ident().name());
      case SELECT -> select(expression);
      case CALL -> call(expression);
      case LIST -> list(expression);
      case MAP -> map(expression);
      case STRUCT -> object(expression);
      case COMPREHENSION -> fold(expression);
      case NOT_SET ->
          throw new ConditionException("program instantiation failed: unsupported expr");
    };
  }

  static Object constant(CelConstant constant) {
    return switch (constant.getKind()) {
      case NULL_VALUE -> NullValue.NULL_VALUE;
      case BOOLEAN_VALUE -> constant.booleanValue();
      case INT64_VALUE -> constant.int64Value();
      case UINT64_VALUE -> constant.uint64Value();
      case DOUBLE_VALUE -> constant.doubleValue();
      case STRING_VALUE -> constant.stringValue();
      case BYTES_VALUE -> constant.bytesValue();
      default -> throw new IllegalArgumentException("no constant of CEL: " + constant.getKind());
    };
  }

  private Step name(CelExpr expression, String written) {
    String name = written;
    CelReference reference = tree.getReferenceMap().get(expression.id());
    if (reference != null) {
      if (reference.value().isPresent()) {
        return new Step.Constant(expression.id(), constant(reference.value().get()));
      }
      name = reference.name();
      CelType type = tree.getTypeMap().get(expression.id());
      if (type != null && type.kind() == CelKind.TYPE) {
        return new Step.Constant(expression.id(), new Values.TypeValue(name));
      }
    }
    return new Attribute(
        expression.id(), new Attribute.Name(name.startsWith(".") ? name.substring(1) : name));
  }

  private Step select(CelExpr expression) throws ConditionException {
    if (tree.getReferenceMap().containsKey(expression.id())) {
      return name(expression, "");
    }
    CelExpr.CelSelect select = expression.select();
    return attribute(plan(select.operand()))
        .select(new Attribute.Selection(select.field(), null, false, select.testOnly()));
  }

  private static Attribute attribute(Step step) {
    return step instanceof Attribute attribute
        ? attribute
        : new Attribute(step.id(), new Attribute.Operand(step));
  }

  private Step call(CelExpr expression) throws ConditionException {
    CelExpr.CelCall call = expression.call();
    var arguments = new ArrayList<Step>();
    if (call.target().isPresent()) {
      arguments.add(plan(call.target().get()));
    }
    for (CelExpr argument : call.args()) {
      arguments.add(plan(argument));
    }
    long id = expression.id();
    String name = call.function();
    CelReference reference = tree.getReferenceMap().get(id);
    List<String> overloads = reference == null ? List.of() : reference.overloadIds();
    String overload = overloads.size() == 1 ? overloads.get(0) : "";
    return switch (name) {
      case "_&&_" -> new Step.Logical(id, arguments.get(0), arguments.get(1), false);
      case "_||_" -> new Step.Logical(id, arguments.get(0), arguments.get(1), true);
      case "_?_:_" ->
          new Attribute(
              id,
              new Attribute.Condition(
                  arguments.get(0), attribute(arguments.get(1)), attribute(arguments.get(2))));
      case "_[_]" -> index(arguments, false);
      case "_[?_]", "_?._" -> index(arguments, true);
      case "or", "orValue" ->
          new Step.Alternative(id, arguments.get(0), arguments.get(1), name.equals("orValue"));
      default -> function(id, name, overload, arguments);
    };
  }

  private static Step index(List<Step> arguments, boolean optional) throws ConditionException {
    Step index = arguments.get(1);
    if (index instanceof Step.Constant constant && !Selections.isKey(constant.value())) {
      throw new ConditionException(
          "program instantiation failed: invalid qualifier type: "
              + Values.goType(constant.value()));
    }
    return attribute(arguments.get(0))
        .select(
            index instanceof Step.Constant constant
                ? new Attribute.Selection(constant.value(), null, optional, false)
                : new Attribute.Selection(null, index, optional, false));
  }

  private Step function(long id, String name, String overload, List<Step> arguments)
      throws ConditionException {
    if (RegexFunctions.isRegex(name)) {
      return regex(id, name, overload, arguments);
    }
    if (name.equals("@in")
        && overload.equals("in_list")
        && arguments.get(1) instanceof Step.Constant constant
        && constant.value() instanceof List<?> list) {
      if (list.isEmpty()) {
        return new Step.Constant(id, false);
      }
      Set<Object> members = members(list);
      if (members != null) {
        return new Step.Membership(id, arguments.get(0), members);
      }
    }
    Function body = body(name, overload);
    boolean strict = !name.equals("@not_strictly_false") && !name.equals("__not_strictly_false__");
    var call =
        new Call(
            id,
            arguments,
            body,
            CallCosts.of(name, overload),
            strict,
            arguments.size() > 2 || overload.isEmpty() && isDispatched(name));
    if (arguments.size() != 1 || !(arguments.get(0) instanceof Step.Constant)) {
      return call;
    }
    return ConversionFunctions.isConversion(name)
        ? folded(call)
        : PARSERS.contains(name) ? parsed(call) : call;
  }

  /** Parses a literal once; each evaluation pays for it, as in cel-go. */
  private static Step parsed(Step call) {
    var meter = new Meter(CostBudget.ofConstants());
    Object value = call.evaluate(NOTHING, meter);
    return value instanceof Fault ? call : new Step.Parsed(call.id(), value, meter.cost());
  }

  private static @Nullable Set<Object> members(List<?> list) {
    Set<Object> members = new HashSet<>();
    for (Object each : list) {
      if (!(each instanceof String
          || each instanceof Long
          || each instanceof Boolean
          || each instanceof Double
          || each instanceof com.google.common.primitives.UnsignedLong)) {
        return null;
      }
      members.add(Values.asKey(each));
    }
    return members;
  }

  private Step regex(long id, String name, String overload, List<Step> arguments)
      throws ConditionException {
    Regex pattern = null;
    if (arguments.get(1) instanceof Step.Constant constant
        && constant.value() instanceof String text) {
      Object compiled = RegexFunctions.compiled(text);
      if (compiled instanceof Fault fault) {
        throw new ConditionException("program instantiation failed: " + fault.message());
      }
      pattern = (Regex) compiled;
    }
    boolean all = pattern != null || arguments.size() > 2;
    return new Call(
        id, arguments, RegexFunctions.of(name, pattern), CallCosts.of(name, overload), true, all);
  }

  /** Whether the overload is chosen when it runs: then a failed argument is the last one. */
  private boolean isDispatched(String name) {
    return functions.getOrDefault(name, List.of()).size() > 1 && !SORTS.contains(name);
  }

  private Function body(String name, String overload) throws ConditionException {
    Function operator = OperatorFunctions.of(name);
    if (operator != null) {
      return operator;
    }
    List<Library.Overload> all = functions.getOrDefault(name, List.of());
    List<Library.Overload> known =
        all.stream().filter(each -> overload.isEmpty() || each.id().equals(overload)).toList();
    if (!known.isEmpty()) {
      Function conversion = ConversionFunctions.of(name);
      return dispatched(name, known, conversion);
    }
    Function body = ConversionFunctions.of(name);
    body = body == null ? TimeFunctions.of(name) : body;
    body = body == null ? text(name) : body;
    if (body == null) {
      throw new ConditionException("program instantiation failed: no such overload: " + name);
    }
    return body;
  }

  /** CEL's own functions of strings. */
  private static @Nullable Function text(String name) {
    interface Test {
      boolean holds(String text, String part);
    }
    Test test =
        switch (name) {
          case "contains" -> String::contains;
          case "startsWith" -> String::startsWith;
          case "endsWith" -> String::endsWith;
          default -> null;
        };
    return test == null
        ? null
        : (a, m) -> {
          m.step();
          return a[0] instanceof String text && a[1] instanceof String part
              ? (Object) test.holds(text, part)
              : Fault.NO_OVERLOAD;
        };
  }

  private static Function dispatched(
      String name, List<Library.Overload> overloads, @Nullable Function otherwise) {
    return (values, m) -> {
      for (Library.Overload each : overloads) {
        if (each.takes(values)) {
          return each.body().call(values, m);
        }
      }
      if (otherwise != null) {
        return otherwise.call(values, m);
      }
      if (name.equals("flatten")) {
        return ListFunctions.flatten(values, m);
      }
      return SORTS.contains(name)
          ? Fault.noOverload(name, values[0])
          : new Fault("no such overload: " + name + "(" + TimeFunctions.types(values) + ")");
    };
  }

  private Step folded(Step step) throws ConditionException {
    Object value = step.evaluate(NOTHING, meter);
    if (value instanceof Fault fault) {
      throw new ConditionException("program instantiation failed: " + fault.message());
    }
    return new Step.Constant(step.id(), value);
  }

  private Step list(CelExpr expression) throws ConditionException {
    CelExpr.CelList list = expression.list();
    var elements = new ArrayList<Make.Element>();
    boolean constant = true;
    for (int i = 0; i < list.elements().size(); i++) {
      Step step = plan(list.elements().get(i));
      constant &= step instanceof Step.Constant;
      elements.add(new Make.Element(step, list.optionalIndices().contains(i)));
    }
    var made = new Make.OfList(expression.id(), elements);
    return constant ? folded(made) : made;
  }

  private Step map(CelExpr expression) throws ConditionException {
    var entries = new ArrayList<Make.Entry>();
    boolean constant = true;
    for (CelExpr.CelMap.Entry each : expression.map().entries()) {
      Step key = plan(each.key());
      Step value = plan(each.value());
      constant &= key instanceof Step.Constant && value instanceof Step.Constant;
      entries.add(new Make.Entry(key, value, each.optionalEntry()));
    }
    var made = new Make.OfMap(expression.id(), entries);
    return constant ? folded(made) : made;
  }

  private Step object(CelExpr expression) throws ConditionException {
    CelExpr.CelStruct object = expression.struct();
    var entries = new ArrayList<Make.Entry>();
    for (CelExpr.CelStruct.Entry each : object.entries()) {
      entries.add(
          new Make.Entry(
              new Step.Constant(each.id(), each.fieldKey()),
              plan(each.value()),
              each.optionalEntry()));
    }
    return new Make.OfObject(expression.id(), object.messageName(), entries);
  }

  private Step fold(CelExpr expression) throws ConditionException {
    CelExpr.CelComprehension fold = expression.comprehension();
    return new Fold(
        expression.id(),
        new Fold.Names(fold.accuVar(), fold.iterVar(), fold.iterVar2()),
        plan(fold.iterRange()),
        plan(fold.accuInit()),
        plan(fold.loopCondition()),
        plan(fold.loopStep()),
        plan(fold.result()));
  }
}
