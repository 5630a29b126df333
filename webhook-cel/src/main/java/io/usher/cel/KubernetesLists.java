package io.usher.cel;

import com.google.common.primitives.UnsignedLong;
import dev.cel.checker.CelCheckerBuilder;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import dev.cel.common.values.CelByteString;
import dev.cel.compiler.CelCompilerLibrary;
import dev.cel.parser.CelParserBuilder;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntimeBuilder;
import dev.cel.runtime.CelRuntimeLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Kubernetes' functions of lists: {@code isSorted}, {@code sum}, {@code min}, {@code max}, {@code
 * indexOf} and {@code lastIndexOf}. Only the sum of durations is missing.
 */
final class KubernetesLists implements CelCompilerLibrary, CelRuntimeLibrary {

  private static final TypeParamType ELEMENT = TypeParamType.create("T");

  private static final Set<CelType> ADDED =
      Set.of(SimpleType.INT, SimpleType.UINT, SimpleType.DOUBLE, SimpleType.DYN);

  private static final Set<CelType> COMPARED =
      Set.of(
          SimpleType.INT,
          SimpleType.UINT,
          SimpleType.DOUBLE,
          SimpleType.BOOL,
          SimpleType.STRING,
          SimpleType.BYTES,
          SimpleType.TIMESTAMP,
          SimpleType.DURATION,
          SimpleType.DYN);

  /** Of which elements the functions are. */
  private static final Map<String, Set<CelType>> ELEMENTS =
      Map.of("sum", ADDED, "isSorted", COMPARED, "min", COMPARED, "max", COMPARED);

  @Override
  public void setParserOptions(CelParserBuilder parser) {
    // None of them is a macro.
  }

  @Override
  public void setCheckerOptions(CelCheckerBuilder checker) {
    checker.addFunctionDeclarations(
        ofList("isSorted", SimpleType.BOOL),
        ofList("sum", ELEMENT),
        ofList("min", ELEMENT),
        ofList("max", ELEMENT),
        ofList("indexOf", SimpleType.INT, ELEMENT),
        ofList("lastIndexOf", SimpleType.INT, ELEMENT));
  }

  private static CelFunctionDecl ofList(String name, CelType result, CelType... arguments) {
    var parameters = new ArrayList<CelType>();
    parameters.add(ListType.create(ELEMENT));
    parameters.addAll(List.of(arguments));
    return CelFunctionDecl.newFunctionDeclaration(
        name, CelOverloadDecl.newMemberOverload(overload(name), result, parameters));
  }

  private static String overload(String name) {
    return "kubernetes_list_" + name;
  }

  @Override
  public void setRuntimeOptions(CelRuntimeBuilder runtime) {
    runtime.addFunctionBindings(
        CelFunctionBinding.from(overload("isSorted"), List.class, KubernetesLists::isSorted),
        CelFunctionBinding.from(overload("sum"), List.class, KubernetesLists::sum),
        CelFunctionBinding.from(overload("min"), List.class, list -> extreme(list, "min", -1)),
        CelFunctionBinding.from(overload("max"), List.class, list -> extreme(list, "max", 1)),
        CelFunctionBinding.from(
            overload("indexOf"),
            List.class,
            Object.class,
            (list, each) -> (long) list.indexOf(each)),
        CelFunctionBinding.from(
            overload("lastIndexOf"),
            List.class,
            Object.class,
            (list, each) -> (long) list.lastIndexOf(each)));
  }

  /**
   * Refuses calls for lists whose elements the functions are not of.
   *
   * @throws ConditionException names the function, in the words of cel-go
   */
  static void requireKnownElements(CelAbstractSyntaxTree tree) throws ConditionException {
    List<CelExpr.CelCall> calls =
        CelNavigableAst.fromAst(tree)
            .getRoot()
            .allNodes()
            .map(CelNavigableExpr::expr)
            .filter(each -> each.exprKind().getKind() == CelExpr.ExprKind.Kind.CALL)
            .map(CelExpr::call)
            .toList();
    for (CelExpr.CelCall call : calls) {
      Set<CelType> elements = ELEMENTS.get(call.function());
      CelExpr target = call.target().orElse(null);
      if (elements != null
          && target != null
          && tree.getType(target.id()).orElse(SimpleType.DYN) instanceof ListType list
          && list.hasElemType()
          && !elements.contains(list.elemType())
          && !(list.elemType() instanceof TypeParamType)) {
        throw new ConditionException(
            "compilation failed: found no matching overload for '"
                + call.function()
                + "' applied to 'list("
                + list.elemType().name()
                + ").()'");
      }
    }
  }

  private static boolean isSorted(List<?> list) throws CelEvaluationException {
    for (int i = 1; i < list.size(); i++) {
      if (compare(list.get(i - 1), list.get(i)) > 0) {
        return false;
      }
    }
    return true;
  }

  /** The first of the least elements for -1, of the greatest for 1. */
  private static Object extreme(List<?> list, String name, int sign) throws CelEvaluationException {
    if (list.isEmpty()) {
      throw new CelEvaluationException(name + " called on empty list");
    }
    Object found = list.get(0);
    for (Object each : list) {
      if (compare(each, found) * sign > 0) {
        found = each;
      }
    }
    return found;
  }

  @SuppressWarnings("unchecked") // both are of the same class, which is comparable to itself
  private static int compare(Object one, Object other) throws CelEvaluationException {
    if (one instanceof CelByteString bytes && other instanceof CelByteString others) {
      return CelByteString.unsignedLexicographicalComparator().compare(bytes, others);
    }
    if (one instanceof Comparable<?> comparable && one.getClass() == other.getClass()) {
      return ((Comparable<Object>) comparable).compareTo(other);
    }
    throw new CelEvaluationException("no such overload");
  }

  private static Object sum(List<?> list) throws CelEvaluationException {
    Object sum = list.isEmpty() ? 0L : list.get(0);
    if (!(sum instanceof Number)) {
      throw new CelEvaluationException("no such overload");
    }
    for (Object each : list.subList(Math.min(1, list.size()), list.size())) {
      sum = plus(sum, each);
    }
    return sum;
  }

  private static Object plus(Object sum, Object each) throws CelEvaluationException {
    if (sum instanceof Long number && each instanceof Long more) {
      try {
        return Math.addExact(number, more);
      } catch (ArithmeticException e) {
        throw new CelEvaluationException("integer overflow", e);
      }
    }
    if (sum instanceof Double number && each instanceof Double more) {
      return number + more;
    }
    if (sum instanceof UnsignedLong number && each instanceof UnsignedLong more) {
      UnsignedLong both = number.plus(more);
      if (both.compareTo(number) < 0) {
        throw new CelEvaluationException("unsigned integer overflow");
      }
      return both;
    }
    throw new CelEvaluationException("no such overload");
  }
}
