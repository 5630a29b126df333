package io.usher.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelReference;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an expression costs at least and at most, before it runs: in the numbers of Kubernetes and
 * of cel-go, by the sizes of what it reads.
 */
final class CostEstimator {

  private static final Range ONE = Range.of(1);

  /** The sizes of what is read, by where it is: {@code self}, {@code tags}, {@code @items}. */
  interface Sizes {
    @Nullable Range of(List<String> path);
  }

  /** What an expression costs; of 64 bits, unsigned. */
  record Cost(long min, long max) {}

  /** Sizes of the keys and of the values of what a literal or a loop makes. */
  private record Entries(boolean list, Range key, Range value) {
    @Nullable Entries with(@Nullable Entries other) {
      return other == null ? null : new Entries(list, key.or(other.key), value.or(other.value));
    }
  }

  /** A name of a loop. */
  private record Local(List<String> path, @Nullable Range size, @Nullable Entries entries) {}

  /** An expression whose size matters. */
  private record Node(List<String> path, CelType type, CelExpr expression, @Nullable Range size) {}

  /** A cost of a call, and the size of what it gives. */
  private record Estimate(Range cost, @Nullable Range size) {}

  private final CelAbstractSyntaxTree tree;
  private final Sizes sizes;
  private final Map<Long, List<String>> paths = new HashMap<>();
  private final Map<String, Deque<Local>> locals = new HashMap<>();
  private final Map<Long, Range> computed = new HashMap<>();
  private final Map<Long, Entries> entries = new HashMap<>();

  private CostEstimator(CelAbstractSyntaxTree tree, Sizes sizes) {
    this.tree = tree;
    this.sizes = sizes;
  }

  static Cost of(CelAbstractSyntaxTree tree, Sizes sizes) {
    Range cost = new CostEstimator(tree, sizes).cost(tree.getExpr());
    return new Cost(cost.min(), cost.max());
  }

  private Range cost(CelExpr expression) {
    return switch (expression.getKind()) {
      case CONSTANT, NOT_SET -> Range.of(0);
      case IDENT -> {
        String name = expression.ident().name();
        Local local = local(name);
        paths.put(expression.id(), local == null ? List.of(name) : local.path());
        yield ONE;
      }
      case SELECT -> select(expression);
      case CALL -> call(expression);
      case LIST -> list(expression);
      case MAP -> map(expression);
      case STRUCT -> {
        Range sum = Range.of(0);
        for (CelExpr.CelStruct.Entry each : expression.struct().entries()) {
          sum = sum.plus(cost(each.value()));
        }
        yield sum.plus(Range.of(Prices.OBJECT));
      }
      case COMPREHENSION -> isBinding(expression) ? binding(expression) : loop(expression);
    };
  }

  private Range select(CelExpr expression) {
    CelExpr operand = expression.select().operand();
    Range sum = cost(operand);
    if (expression.select().testOnly()) {
      return sum;
    }
    switch (type(operand).kind()) {
      case MAP, STRUCT, TYPE_PARAM -> sum = sum.plus(ONE);
      default -> {}
    }
    paths.put(expression.id(), with(path(operand), expression.select().field()));
    return sum;
  }

  private static List<String> with(List<String> path, String part) {
    var longer = new ArrayList<>(path);
    longer.add(part);
    return longer;
  }

  private CelType type(CelExpr expression) {
    CelType type = tree.getTypeMap().get(expression.id());
    return type == null ? SimpleType.DYN : type;
  }

  private Range list(CelExpr expression) {
    List<CelExpr> elements = expression.list().elements();
    Range sum = Range.of(0);
    Range size = Range.none(elements.isEmpty());
    for (CelExpr element : elements) {
      sum = sum.plus(cost(element));
      size = size.or(sizeOrAny(size(element)));
    }
    entries.put(expression.id(), new Entries(true, ONE, size));
    return sum.plus(Range.of(Prices.LIST));
  }

  private Range map(CelExpr expression) {
    List<CelExpr.CelMap.Entry> all = expression.map().entries();
    Range sum = Range.of(0);
    Range keys = Range.none(all.isEmpty());
    Range values = keys;
    for (CelExpr.CelMap.Entry entry : all) {
      sum = sum.plus(cost(entry.key())).plus(cost(entry.value()));
      keys = keys.or(sizeOrAny(size(entry.key())));
      values = values.or(sizeOrAny(size(entry.value())));
    }
    entries.put(expression.id(), new Entries(false, keys, values));
    return sum.plus(Range.of(Prices.MAP));
  }

  private boolean isBinding(CelExpr expression) {
    CelExpr.CelComprehension loop = expression.comprehension();
    return loop.iterRange().getKind() == Kind.LIST
        && loop.iterRange().list().elements().isEmpty()
        && loop.loopCondition().getKind() == Kind.CONSTANT
        && loop.loopCondition().constant().getKind() == CelConstant.Kind.BOOLEAN_VALUE
        && !loop.loopCondition().constant().booleanValue()
        && !isAccumulator(loop.accuVar());
  }

  private static boolean isAccumulator(String name) {
    return name.equals("@result") || name.equals("__result__");
  }

  private Range binding(CelExpr expression) {
    CelExpr.CelComprehension loop = expression.comprehension();
    Range sum = cost(loop.iterRange()).plus(cost(loop.accuInit()));
    push(loop.accuVar(), bound(loop.accuInit()));
    sum = sum.plus(cost(loop.result()));
    pop(loop.accuVar());
    copySizes(expression, loop.result());
    return sum;
  }

  private Local bound(CelExpr value) {
    return new Local(path(value), size(value), entriesOf(value));
  }

  private Range loop(CelExpr expression) {
    CelExpr.CelComprehension loop = expression.comprehension();
    CelExpr range = loop.iterRange();
    Range sum = cost(range).plus(cost(loop.accuInit()));
    push(loop.accuVar(), bound(loop.accuInit()));
    boolean both = !loop.iterVar2().isEmpty();
    Entries of = entriesOf(range);
    boolean list = of == null ? type(range).kind() == CelKind.LIST : of.list();
    Range key = of == null ? null : of.key();
    Range value = of == null ? null : of.value();
    if (both) {
      push(loop.iterVar(), new Local(with(path(range), list ? "@indices" : "@keys"), key, null));
      push(loop.iterVar2(), new Local(with(path(range), list ? "@items" : "@values"), value, null));
    } else {
      push(
          loop.iterVar(),
          new Local(with(path(range), list ? "@items" : "@keys"), list ? value : key, null));
    }
    Range condition = cost(loop.loopCondition());
    Range step = cost(loop.loopStep());
    pop(loop.iterVar());
    if (both) {
      pop(loop.iterVar2());
    }
    sum = sum.plus(cost(loop.result()));
    pop(loop.accuVar());
    Range rounds = sizeOrAny(size(range));
    sum = sum.plus(rounds.times(step.plus(condition)));
    switch (loop.accuInit().getKind()) {
      case CONSTANT -> setSize(expression, size(loop.accuInit()));
      case LIST, MAP -> {
        setSize(expression, rounds);
        Entries made = entriesOf(loop.loopStep());
        if (made != null) {
          entries.put(expression.id(), made);
        }
      }
      default -> {}
    }
    return sum;
  }

  private void push(String name, Local local) {
    locals.computeIfAbsent(name, any -> new ArrayDeque<>()).push(local);
  }

  private void pop(String name) {
    Deque<Local> all = locals.get(name);
    if (all != null) {
      all.pop();
    }
  }

  private @Nullable Local local(String name) {
    Deque<Local> all = locals.get(name);
    return all == null ? null : all.peek();
  }

  private Range call(CelExpr expression) {
    CelExpr.CelCall call = expression.call();
    if (call.function().equals("dyn")) {
      Range cost = cost(call.args().get(0));
      copySizes(expression, call.args().get(0));
      return cost.plus(ONE);
    }
    var arguments = new ArrayList<Node>();
    var costs = new ArrayList<Range>();
    for (CelExpr argument : call.args()) {
      costs.add(cost(argument));
      arguments.add(node(argument));
    }
    CelReference reference = tree.getReferenceMap().get(expression.id());
    if (reference == null || reference.overloadIds().isEmpty()) {
      return Range.of(0);
    }
    Range sum = Range.of(0);
    Node target = null;
    if (call.target().isPresent()) {
      sum = cost(call.target().get());
      target = node(call.target().get());
    }
    Range cost = new Range(-1L, 0);
    Range size = null;
    for (String overload : reference.overloadIds()) {
      Estimate estimate = function(expression, overload, target, arguments, costs);
      cost = cost.or(estimate.cost());
      if (estimate.size() != null) {
        size = size == null ? estimate.size() : size.or(estimate.size());
      }
      boolean list = overload.equals("index_list");
      if (list || overload.equals("index_map")) {
        Entries of = entriesOf(call.args().get(0));
        size = of == null ? null : of.value();
        paths.put(expression.id(), with(path(call.args().get(0)), list ? "@items" : "@values"));
      }
      if (size == null) {
        size = size(expression);
      }
    }
    setSize(expression, size);
    return sum.plus(cost);
  }

  private Estimate function(
      CelExpr expression,
      String overload,
      @Nullable Node target,
      List<Node> arguments,
      List<Range> costs) {
    Range sum = Range.of(0);
    for (Range cost : costs) {
      sum = sum.plus(cost);
    }
    Estimate known = extension(overload, target, arguments);
    if (known == null) {
      known = kubernetes(expression.call().function(), overload, target, arguments);
    }
    if (known != null) {
      return new Estimate(known.cost().plus(sum), known.size());
    }
    return standard(expression, overload, target, arguments, costs, sum);
  }

  /** CEL's extensions. */
  private @Nullable Estimate extension(
      String overload, @Nullable Node target, List<Node> arguments) {
    return switch (overload) {
      case "list_sets_contains_list", "list_sets_intersects_list", "list_sets_equivalent_list" -> {
        double factor = overload.equals("list_sets_equivalent_list") ? 2 : 1;
        Range product = given(arguments.get(0)).times(given(arguments.get(1)));
        yield new Estimate(product.by(factor).plus(ONE), null);
      }
      case "list_slice" -> {
        long start = number(arguments.get(0), 0);
        long end = number(arguments.get(1), given(target).max());
        yield allocating(1, Range.of(end - start));
      }
      case "lists_range" -> allocating(1, Range.of(number(arguments.get(0), -1L)));
      case "list_reverse" -> allocating(1, given(target));
      case "list_flatten" -> allocating(1, given(target));
      case "list_flatten_int" ->
          allocating(Range.asDouble(number(arguments.get(0), -1L)), given(target));
      case "list_distinct" -> allocating(2, given(target).times(given(target)));
      default -> {
        boolean sort = overload.endsWith("_sort");
        if (!sort && !overload.endsWith("_sortByAssociatedKeys")) {
          yield null;
        }
        Range size = given(sort ? target : arguments.get(0));
        boolean texts = overload.startsWith("list_string_") || overload.startsWith("list_bytes_");
        yield allocating(texts ? 2 + Prices.TRAVERSAL : 2, size.times(size));
      }
    };
  }

  private static Estimate allocating(double factor, Range size) {
    return new Estimate(size.by(factor).plus(ONE).plus(Range.of(Prices.LIST)), size);
  }

  private static long number(Node node, long otherwise) {
    CelExpr expression = node.expression();
    return expression.getKind() == Kind.CONSTANT
            && expression.constant().getKind() == CelConstant.Kind.INT64_VALUE
        ? Math.max(0, expression.constant().int64Value())
        : otherwise;
  }

  /** Kubernetes' own functions, and those that it reckons with itself. */
  private @Nullable Estimate kubernetes(
      String name, String overload, @Nullable Node target, List<Node> arguments) {
    if (name.equals("check")) {
      return fixed(Prices.CHECK);
    }
    if (Prices.OF_ONE.contains(name)) {
      return fixed(1);
    }
    if (target != null) {
      return ofTarget(name, overload, target, arguments);
    }
    if (arguments.isEmpty()) {
      return null;
    }
    Range size = given(arguments.get(0));
    return switch (name) {
      case "url", "jsonpatch.escapeKey" -> new Estimate(size.by(Prices.TRAVERSAL), size);
      case "cidr", "isIP", "isCIDR", "ip", "quantity", "isQuantity", "semver", "isSemver" ->
          new Estimate(size.by(Prices.TRAVERSAL), null);
      case "ip.isCanonical" -> new Estimate(size.by(2 * Prices.TRAVERSAL), null);
      case "_==_" -> equality(arguments);
      default -> null;
    };
  }

  private @Nullable Estimate equality(List<Node> arguments) {
    CelType type = arguments.get(0).type();
    if (!type.equals(arguments.get(1).type())) {
      return null;
    }
    return switch (type.name()) {
      case "net.IP", "net.CIDR", "kubernetes.Quantity", "kubernetes.Semver" -> fixed(1);
      case "kubernetes.NamedFormat" -> new Estimate(new Range(1, 64).by(Prices.TRAVERSAL), null);
      case "kubernetes.URL" -> {
        Range size = arguments.get(1).size();
        yield new Estimate(new Range(1, size == null ? 1 : size.max()).by(Prices.TRAVERSAL), null);
      }
      default -> type.name().startsWith("kubernetes.authorization.") ? fixed(1) : null;
    };
  }

  private static Estimate fixed(long cost) {
    return new Estimate(Range.of(cost), null);
  }

  private @Nullable Estimate ofTarget(
      String name, String overload, Node target, List<Node> arguments) {
    Range size = given(target);
    return switch (name) {
      case "fieldSelector", "labelSelector" -> {
        Range length = given(arguments.get(0));
        yield new Estimate(
            Range.of(Prices.LIST)
                .plus(length.by(Prices.TRAVERSAL))
                .plus(length.by(0.5).by(Prices.REQUIREMENT)),
            null);
      }
      case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf" -> {
        Node element = element(target);
        if (element == null) {
          yield new Estimate(size.by(Prices.TRAVERSAL), null);
        }
        Range each = ONE;
        if (element.type().kind() == CelKind.STRING || element.type().kind() == CelKind.BYTES) {
          each = each.plus(given(element).by(Prices.TRAVERSAL));
        }
        yield new Estimate(size.times(each), null);
      }
      case "lowerAscii", "upperAscii", "substring", "trim" ->
          new Estimate(size.by(Prices.TRAVERSAL), size);
      case "replace" -> replace(size, given(arguments.get(0)), given(arguments.get(1)));
      case "split" -> {
        long most = size.max();
        if (arguments.size() > 1) {
          CelExpr limit = arguments.get(1).expression();
          if (limit.getKind() == Kind.CONSTANT) {
            most = limit.constant().int64Value();
          }
        }
        yield new Estimate(size.by(2 * Prices.TRAVERSAL), new Range(0, most));
      }
      case "join" -> {
        Node element = element(target);
        Range joined = element == null ? Range.of(0) : size.times(given(element));
        if (!arguments.isEmpty()) {
          Range separators =
              new Range(size.min() == 0 ? 0 : size.min() - 1, size.max() == 0 ? 0 : size.max() - 1);
          joined = joined.plus(given(arguments.get(0)).times(separators));
        }
        yield new Estimate(joined.by(Prices.TRAVERSAL), joined);
      }
      case "find", "findAll" ->
          new Estimate(
              size.plus(ONE).by(Prices.TRAVERSAL).times(given(arguments.get(0)).by(Prices.REGEX)),
              new Range(0, size.max()));
      case "ip" -> overload.equals("cidr_ip") ? fixed(1) : null;
      case "containsIP", "containsCIDR" -> {
        Range bytes = new Range(4, 16);
        Range cost = bytes.plus(bytes).by(Prices.TRAVERSAL);
        if (name.equals("containsCIDR")) {
          cost = cost.plus(bytes.by(Prices.TRAVERSAL)).plus(ONE);
        }
        if (overload.endsWith("_string")) {
          cost = cost.plus(given(arguments.get(0)).by(Prices.TRAVERSAL));
        }
        yield new Estimate(cost, null);
      }
      case "validate" ->
          new Estimate(given(arguments.get(0)).by(Prices.TRAVERSAL).by(128 * Prices.REGEX), null);
      default -> null;
    };
  }

  private static Estimate replace(Range size, Range old, Range with) {
    long most;
    long keptMost = 0;
    if (old.min() == 0) {
      most = size.max() == -1L ? -1L : size.max() + 1;
      keptMost = size.max();
    } else if (Long.compareUnsigned(with.max(), old.min()) <= 0) {
      most = 0;
      keptMost = size.max();
    } else {
      most = Range.dividedUp(size.max(), old.min());
    }
    long least;
    long keptLeast = 0;
    if (old.max() == 0) {
      least = size.min() == -1L ? -1L : size.min() + 1;
      keptLeast = size.min();
    } else if (Long.compareUnsigned(old.max(), with.min()) <= 0) {
      least = 0;
      keptLeast = size.min();
    } else {
      least = Range.dividedUp(size.min(), old.max());
    }
    Range result = new Range(least, most).times(with).plus(new Range(keptLeast, keptMost));
    return new Estimate(size.by(2 * Prices.TRAVERSAL), result);
  }

  private @Nullable Node element(Node list) {
    if (list.type().parameters().isEmpty()) {
      return null;
    }
    List<String> path = list.path().isEmpty() ? List.of() : with(list.path(), "@items");
    return new Node(path, list.type().parameters().get(0), CelExpr.ofNotSet(0), null);
  }

  /** CEL's own functions. */
  private Estimate standard(
      CelExpr expression,
      String overload,
      @Nullable Node target,
      List<Node> arguments,
      List<Range> costs,
      Range sum) {
    switch (overload) {
      case "string_format":
        return new Estimate(sizeOrAny(target).by(Prices.TRAVERSAL).plus(sum), null);
      case "string_to_bytes":
        {
          Range size = sizeOrAny(arguments.get(0));
          return new Estimate(
              size.by(Prices.TRAVERSAL).plus(sum), new Range(size.min(), size.max() * 4));
        }
      case "bytes_to_string":
        {
          Range size = sizeOrAny(arguments.get(0));
          return new Estimate(
              size.by(Prices.TRAVERSAL).plus(sum),
              new Range(Long.divideUnsigned(size.min(), 4), size.max()));
        }
      case "strings_quote":
        {
          Range size = sizeOrAny(arguments.get(0));
          return new Estimate(
              size.by(Prices.TRAVERSAL).plus(sum), new Range(size.min() + 2, size.max() * 2 + 2));
        }
      case "starts_with_string", "ends_with_string":
        return new Estimate(sizeOrAny(arguments.get(0)).by(Prices.TRAVERSAL).plus(sum), null);
      case "in_list":
        return new Estimate(sizeOrAny(arguments.get(1)).by(1).plus(sum), null);
      case "matches_string":
        {
          if (target != null) {
            Range text = sizeOrAny(target).plus(ONE).by(Prices.TRAVERSAL);
            return new Estimate(
                text.times(sizeOrAny(arguments.get(0)).by(Prices.REGEX)).plus(sum), null);
          }
          break;
        }
      case "contains_string":
        {
          Range text = sizeOrAny(target).by(Prices.TRAVERSAL);
          return new Estimate(
              text.times(sizeOrAny(arguments.get(0)).by(Prices.TRAVERSAL)).plus(sum), null);
        }
      case "logical_or", "logical_and":
        {
          Range left = costs.get(0);
          return new Estimate(new Range(left.min(), left.plus(costs.get(1)).max()), null);
        }
      case "conditional":
        {
          Range size = sizeOrAny(arguments.get(1)).or(sizeOrAny(arguments.get(2)));
          Entries yes = entriesOf(arguments.get(1).expression());
          Entries both = yes == null ? null : yes.with(entriesOf(arguments.get(2).expression()));
          if (both != null) {
            entries.put(expression.id(), both);
          }
          return new Estimate(costs.get(0).plus(costs.get(1).or(costs.get(2))), size);
        }
      case "add_string", "add_bytes", "add_list":
        {
          Range size = sizeOrAny(arguments.get(0)).plus(sizeOrAny(arguments.get(1)));
          Entries left = entriesOf(arguments.get(0).expression());
          Entries both = left == null ? null : left.with(entriesOf(arguments.get(1).expression()));
          if (both != null) {
            entries.put(expression.id(), both);
          }
          Range cost = overload.equals("add_list") ? ONE : size.by(Prices.TRAVERSAL);
          return new Estimate(cost.plus(sum), size);
        }
      case "less_string",
      "greater_string",
      "less_equals_string",
      "greater_equals_string",
      "less_bytes",
      "greater_bytes",
      "less_equals_bytes",
      "greater_equals_bytes",
      "equals",
      "not_equals":
        {
          long left = sizeOrAny(arguments.get(0)).max();
          long right = sizeOrAny(arguments.get(1)).max();
          long smallest = Long.compareUnsigned(left, right) < 0 ? left : right;
          return new Estimate(
              new Range(smallest == 0 ? 0 : 1, smallest).by(Prices.TRAVERSAL).plus(sum), null);
        }
      default:
    }
    return new Estimate(ONE.plus(sum), null);
  }

  private Node node(CelExpr expression) {
    List<String> path = path(expression);
    if (!path.isEmpty() && isAccumulator(path.get(0))) {
      path = List.of();
    }
    return new Node(path, type(expression), expression, size(expression));
  }

  private List<String> path(CelExpr expression) {
    if (expression.getKind() == Kind.IDENT) {
      Local local = local(expression.ident().name());
      if (local != null) {
        return local.path();
      }
    }
    return paths.getOrDefault(expression.id(), List.of());
  }

  private void setSize(CelExpr expression, @Nullable Range size) {
    if (size != null) {
      computed.put(expression.id(), size);
    }
  }

  private void copySizes(CelExpr to, CelExpr from) {
    setSize(to, size(from));
    Entries of = entriesOf(from);
    if (of != null) {
      entries.put(to.id(), of);
    }
  }

  private static Range sizeOrAny(@Nullable Range size) {
    return size == null ? Range.ANY : size;
  }

  private static Range sizeOrAny(@Nullable Node node) {
    return node == null || node.size() == null ? Range.ANY : node.size();
  }

  /** The size, or what a schema says. */
  private Range given(@Nullable Node node) {
    if (node == null) {
      return Range.ANY;
    }
    if (node.size() != null) {
      return node.size();
    }
    return sizeOrAny(declared(node.path()));
  }

  private @Nullable Range declared(List<String> path) {
    return path.isEmpty() ? null : sizes.of(path);
  }

  private @Nullable Range size(CelExpr expression) {
    Range known = computed.get(expression.id());
    if (known != null) {
      return known;
    }
    switch (expression.getKind()) {
      case CONSTANT:
        return Range.of(Values.size(Planner.constant(expression.constant())));
      case LIST:
        return Range.of(expression.list().elements().size());
      case MAP:
        return Range.of(expression.map().entries().size());
      default:
    }
    Range declared = declared(path(expression));
    if (declared != null) {
      computed.put(expression.id(), declared);
      return declared;
    }
    if (isScalar(type(expression))) {
      return ONE;
    }
    Local local = expression.getKind() == Kind.IDENT ? local(expression.ident().name()) : null;
    return local == null ? null : local.size();
  }

  private static final Set<CelKind> SCALARS =
      Set.of(
          CelKind.BOOL,
          CelKind.DOUBLE,
          CelKind.DURATION,
          CelKind.INT,
          CelKind.TIMESTAMP,
          CelKind.UINT);

  private static boolean isScalar(CelType type) {
    return SCALARS.contains(type.kind())
        || type.name().equals("optional_type") && isScalar(type.parameters().get(0));
  }

  private @Nullable Entries entriesOf(CelExpr expression) {
    Entries known = entries.get(expression.id());
    if (known != null) {
      return known;
    }
    Local local = expression.getKind() == Kind.IDENT ? local(expression.ident().name()) : null;
    return local == null ? null : local.entries();
  }
}
