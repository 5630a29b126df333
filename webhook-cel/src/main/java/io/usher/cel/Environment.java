package io.usher.cel;

import com.google.common.collect.ImmutableList;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.TypeParamType;
import dev.cel.common.types.TypeType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The functions, the macros and the limits that all expressions have: those of Kubernetes 1.36. */
final class Environment {

  /** As Kubernetes bounds what a configuration may write. */
  private static final int MAX_CODE_POINTS = 100_000;

  private static final Pattern SYNTAX =
      Pattern.compile(
          "(ERROR: <input>:\\d+:\\d+: )((?:mismatched|extraneous|missing|no viable|token) )");
  private static final Pattern LOGICAL =
      Pattern.compile(
          "found no matching overload for '_(?:&&|\\|\\|)_' applied to '\\(([^,()]+), ([^,()]+)\\)'");
  private static final Pattern OPAQUE =
      Pattern.compile("type '(kubernetes\\.[A-Za-z.]+)' does not support field selection");
  private static final Pattern CANDIDATES = Pattern.compile(" \\(candidates: .*\\)(?=\\n)");

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .enableHeterogeneousNumericComparisons(true)
          .enableOptionalSyntax(true)
          .enableHiddenAccumulatorVar(true)
          .maxExpressionCodePointSize(MAX_CODE_POINTS)
          .build();

  private Environment() {}

  /** Made when the first expression is compiled. */
  private static final class Functions {
    static final Map<String, List<Library.Overload>> BY_NAME = byName();

    private static Map<String, List<Library.Overload>> byName() {
      var library = new Library();
      StringFunctions.addTo(library);
      ListFunctions.addTo(library);
      OperatorFunctions.addTo(library);
      RegexFunctions.addTo(library);
      UrlFunctions.addTo(library);
      QuantityFunctions.addTo(library);
      AddressFunctions.addTo(library);
      FormatFunctions.addTo(library);
      SemverFunctions.addTo(library);
      AuthorizerFunctions.addTo(library);
      var byName = new LinkedHashMap<String, List<Library.Overload>>();
      library
          .overloads()
          .forEach(
              each -> byName.computeIfAbsent(each.name(), name -> new ArrayList<>()).add(each));
      return byName;
    }
  }

  /**
   * A compiler without variables.
   *
   * @param patches whether there is what mutations use
   */
  static CelCompilerBuilder compiler(boolean patches) {
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addMacros(Macros.all())
            .addLibraries(CelExtensions.comprehensions())
            .addVar(
                OptionalType.NAME, TypeType.create(OptionalType.create(TypeParamType.create("T"))))
            .addVar("net.IP", TypeType.create(OpaqueType.create("net.IP")))
            .addVar("net.CIDR", TypeType.create(OpaqueType.create("net.CIDR")));
    Functions.BY_NAME.forEach(
        (name, overloads) -> {
          boolean ofMutations = name.startsWith("jsonpatch.");
          boolean ofComprehensions = name.equals("cel.@mapInsert");
          if (!ofComprehensions && (patches || !ofMutations)) {
            builder.addFunctionDeclarations(
                CelFunctionDecl.newFunctionDeclaration(
                    name, overloads.stream().map(Environment::declared).toList()));
          }
        });
    return builder;
  }

  static CelCompilerBuilder compiler(CelTypeProvider types, boolean patches) {
    return compiler(patches).setTypeProvider(types);
  }

  private static CelOverloadDecl declared(Library.Overload overload) {
    return overload.member()
        ? CelOverloadDecl.newMemberOverload(
            overload.id(), overload.result(), ImmutableList.copyOf(overload.arguments()))
        : CelOverloadDecl.newGlobalOverload(
            overload.id(), overload.result(), ImmutableList.copyOf(overload.arguments()));
  }

  /**
   * Checks an expression.
   *
   * @throws ConditionException when it is none; in cel-go's words
   */
  static CelAbstractSyntaxTree checked(CelCompiler compiler, String expression, String failed)
      throws ConditionException {
    try {
      CelValidationResult result = compiler.compile(expression);
      CelAbstractSyntaxTree tree = result.getAst();
      List<CelIssue> issues = LiteralChecks.of(tree);
      if (!issues.isEmpty()) {
        throw new ConditionException(failed + CelIssue.toDisplayString(issues, tree.getSource()));
      }
      return tree;
    } catch (CelValidationException e) {
      throw new ConditionException(failed + asGo(logicalOperands(e, compiler, expression)), e);
    }
  }

  /** Where an operand of {@code &&} or {@code ||} is no bool, cel-go names the operand. */
  private static String logicalOperands(
      CelValidationException e, CelCompiler compiler, String expression) {
    var issues = new ArrayList<CelIssue>();
    for (CelIssue issue : e.getErrors()) {
      var types = LOGICAL.matcher(issue.getMessage());
      if (types.lookingAt()) {
        issues.addAll(operands(issue.getExprId(), types, compiler, expression));
      } else {
        String message = TypeNames.shortened(issue.getMessage());
        issues.add(CelIssue.formatError(issue.getExprId(), issue.getSourceLocation(), message));
      }
    }
    return CelIssue.toDisplayString(issues, e.getSource());
  }

  private static List<CelIssue> operands(
      long id, Matcher types, CelCompiler compiler, String expression) {
    var issues = new ArrayList<CelIssue>();
    try {
      CelAbstractSyntaxTree tree = compiler.parse(expression).getAst();
      CelNavigableAst.fromAst(tree)
          .getRoot()
          .allNodes()
          .filter(node -> node.id() == id && node.getKind() == CelExpr.ExprKind.Kind.CALL)
          .forEach(
              node -> {
                List<CelExpr> operands = node.expr().call().args();
                for (int i = 0; i < operands.size(); i++) {
                  String type = types.group(i + 1);
                  if (!type.equals("bool") && !type.equals("dyn")) {
                    issues.add(
                        CelIssue.formatError(
                            operands.get(i).id(),
                            LiteralChecks.place(tree, operands.get(i).id()),
                            "expected type 'bool' but found '" + type + "'"));
                  }
                }
              });
    } catch (CelValidationException e) {
      throw new IllegalStateException("what was checked can't be parsed: " + expression, e);
    }
    return issues;
  }

  static Step planned(CelAbstractSyntaxTree tree) throws ConditionException {
    return new Planner(tree, Functions.BY_NAME).plan();
  }

  /** What is wrong, in the words of cel-go. */
  private static String asGo(String problem) {
    String syntax = SYNTAX.matcher(problem).replaceAll("$1Syntax error: $2");
    String opaque = OPAQUE.matcher(syntax).replaceAll("unexpected failed resolution of '$1'");
    return CANDIDATES.matcher(opaque).replaceAll("");
  }
}
