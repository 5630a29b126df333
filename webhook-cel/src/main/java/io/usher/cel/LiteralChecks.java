package io.usher.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.CelType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What Kubernetes refuses of literals, though their types are right. */
final class LiteralChecks {

  private final CelAbstractSyntaxTree tree;
  private final List<CelIssue> issues = new ArrayList<>();
  private final Set<Long> told = new HashSet<>();

  private LiteralChecks(CelAbstractSyntaxTree tree) {
    this.tree = tree;
  }

  /** What is wrong. */
  static List<CelIssue> of(CelAbstractSyntaxTree tree) {
    var checks = new LiteralChecks(tree);
    CelNavigableExpr root = CelNavigableAst.fromAst(tree).getRoot();
    nodes(root, Kind.CALL).forEach(each -> checks.conversion(each.expr()));
    nodes(root, Kind.LIST)
        .filter(each -> !isOfFormat(each))
        .forEach(each -> checks.list(each.expr()));
    nodes(root, Kind.MAP)
        .filter(each -> !isOfFormat(each))
        .forEach(each -> checks.map(each.expr()));
    nodes(root, Kind.CALL).forEach(each -> checks.format(each.expr()));
    checks.issues.sort(
        Comparator.comparingInt((CelIssue each) -> each.getSourceLocation().getLine())
            .thenComparingInt(each -> each.getSourceLocation().getColumn()));
    return checks.issues;
  }

  private static Stream<CelNavigableExpr> nodes(CelNavigableExpr root, Kind kind) {
    return root.allNodes().filter(each -> each.getKind() == kind);
  }

  /** The arguments of a format may be of any types. */
  private static boolean isOfFormat(CelNavigableExpr node) {
    for (var parent = node.parent(); parent.isPresent(); parent = parent.get().parent()) {
      if (parent.get().getKind() == Kind.CALL
          && parent.get().expr().call().function().equals("format")) {
        return true;
      }
    }
    return false;
  }

  private void tell(long id, String problem) {
    if (told.add(id)) {
      issues.add(CelIssue.formatError(id, place(tree, id), problem));
    }
  }

  static CelSourceLocation place(CelAbstractSyntaxTree tree, long id) {
    Integer offset = tree.getSource().getPositionsMap().get(id);
    return offset == null
        ? CelSourceLocation.NONE
        : tree.getSource().getOffsetLocation(offset).orElse(CelSourceLocation.NONE);
  }

  private void conversion(CelExpr expression) {
    CelExpr.CelCall call = expression.call();
    String name = call.function();
    boolean matches = name.equals("matches");
    if (!matches && !name.equals("duration") && !name.equals("timestamp")
        || call.args().isEmpty()) {
      return;
    }
    CelExpr argument = call.args().get(call.args().size() - 1);
    if (argument.getKind() != Kind.CONSTANT
        || argument.constant().getKind() != CelConstant.Kind.STRING_VALUE) {
      return;
    }
    String text = argument.constant().stringValue();
    Object value =
        matches
            ? RegexFunctions.compiled(text)
            : java.util.Objects.requireNonNull(ConversionFunctions.of(name))
                .call(new Object[] {text}, new Meter(CostBudget.ofConstants()));
    if (value instanceof Fault) {
      tell(argument.id(), "invalid " + name + " argument");
    }
  }

  private CelType type(CelExpr expression, boolean optional) {
    CelType type = tree.getTypeOrThrow(expression.id());
    return optional && !type.parameters().isEmpty() ? type.parameters().get(0) : type;
  }

  private void list(CelExpr expression) {
    CelExpr.CelList list = expression.list();
    CelType first = null;
    for (int i = 0; i < list.elements().size(); i++) {
      CelExpr element = list.elements().get(i);
      first = same(first, type(element, list.optionalIndices().contains(i)), element.id());
    }
  }

  private void map(CelExpr expression) {
    CelType key = null;
    CelType value = null;
    for (CelExpr.CelMap.Entry entry : expression.map().entries()) {
      key = same(key, type(entry.key(), false), entry.key().id());
      value = same(value, type(entry.value(), entry.optionalEntry()), entry.value().id());
    }
  }

  private CelType same(@Nullable CelType first, CelType type, long id) {
    if (first == null) {
      return type;
    }
    if (!first.equals(type)) {
      tell(
          id,
          "expected type '"
              + TypeNames.shown(first)
              + "' but found '"
              + TypeNames.shown(type)
              + "'");
    }
    return first;
  }

  private void format(CelExpr expression) {
    CelExpr.CelCall call = expression.call();
    if (!call.function().equals("format")
        || call.target().isEmpty()
        || call.target().get().getKind() != Kind.CONSTANT
        || call.args().size() != 1
        || call.args().get(0).getKind() != Kind.LIST) {
      return;
    }
    List<CelExpr> arguments = call.args().get(0).list().elements();
    int[] read = {0};
    long[] at = {expression.id()};
    String problem =
        FormatString.read(
            call.target().get().constant().stringValue(),
            arguments.size(),
            new FormatString.Reader() {
              @Override
              public void text(String text) {}

              @Override
              public @Nullable String clause(FormatString.Clause clause, int argument) {
                read[0]++;
                CelExpr written = arguments.get(argument);
                String wrong =
                    FormatString.refused(clause.letter(), tree.getTypeOrThrow(written.id()));
                at[0] = wrong == null ? at[0] : written.id();
                return wrong == null ? null : "error during formatting: " + wrong;
              }
            });
    if (problem != null) {
      tell(at[0], problem);
    } else if (arguments.size() > read[0]) {
      tell(
          expression.id(),
          "too many arguments supplied to string.format (expected "
              + read[0]
              + ", got "
              + arguments.size()
              + ")");
    }
  }
}
