package io.usher.cel;

import com.google.common.collect.ImmutableList;
import dev.cel.common.ast.CelExpr;
import dev.cel.parser.CelMacro;
import dev.cel.parser.CelMacroExprFactory;
import java.util.List;
import java.util.Optional;

/** Macros that become what cel-go's do, so that they cost the same. */
final class Macros {

  private static final String UNUSED = "#unused";
  private static final String SORTED = "@__sortBy_input__";

  private Macros() {}

  static List<CelMacro> all() {
    return List.of(
        CelMacro.newReceiverMacro("optMap", 2, (f, target, a) -> optional(f, target, a, true)),
        CelMacro.newReceiverMacro("optFlatMap", 2, (f, target, a) -> optional(f, target, a, false)),
        CelMacro.newReceiverMacro("sortBy", 2, Macros::sortBy));
  }

  private static Optional<CelExpr> optional(
      CelMacroExprFactory factory,
      CelExpr target,
      ImmutableList<CelExpr> arguments,
      boolean wraps) {
    CelExpr variable = arguments.get(0);
    if (variable.getKind() != CelExpr.ExprKind.Kind.IDENT) {
      return Optional.of(
          factory.reportError(
              dev.cel.common.CelIssue.formatError(
                  factory.getSourceLocation(variable),
                  (wraps ? "optMap" : "optFlatMap")
                      + "() variable name must be a simple identifier")));
    }
    String name = variable.ident().name();
    CelExpr bound =
        factory.fold(
            UNUSED,
            factory.newList(),
            name,
            factory.newReceiverCall("value", factory.copy(target)),
            factory.newBoolLiteral(false),
            factory.newIdentifier(name),
            arguments.get(1));
    return Optional.of(
        factory.newGlobalCall(
            "_?_:_",
            factory.newReceiverCall("hasValue", target),
            wraps ? factory.newGlobalCall("optional.of", bound) : bound,
            factory.newGlobalCall("optional.none")));
  }

  private static Optional<CelExpr> sortBy(
      CelMacroExprFactory factory, CelExpr target, ImmutableList<CelExpr> arguments) {
    CelExpr variable = arguments.get(0);
    if (variable.getKind() != CelExpr.ExprKind.Kind.IDENT) {
      return Optional.of(
          factory.reportError(
              dev.cel.common.CelIssue.formatError(
                  factory.getSourceLocation(variable), "argument is not an identifier")));
    }
    String result = factory.getAccumulatorVarName();
    CelExpr keys =
        factory.fold(
            variable.ident().name(),
            factory.newIdentifier(SORTED),
            result,
            factory.newList(),
            factory.newBoolLiteral(true),
            factory.newGlobalCall(
                "_+_", factory.newIdentifier(result), factory.newList(arguments.get(1))),
            factory.newIdentifier(result));
    return Optional.of(
        factory.fold(
            UNUSED,
            factory.newList(),
            SORTED,
            target,
            factory.newBoolLiteral(false),
            factory.newIdentifier(SORTED),
            factory.newReceiverCall("@sortByAssociatedKeys", factory.newIdentifier(SORTED), keys)));
  }
}
