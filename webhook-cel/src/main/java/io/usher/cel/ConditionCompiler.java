package io.usher.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.Set;

/**
 * Compiles conditions over some variables, whose types are known only when they are there.
 *
 * <p>Known are CEL's own functions, and the extensions for strings, sets, lists, encodings,
 * optional values and comprehensions of two variables. Kubernetes' own libraries (quantities,
 * addresses, URLs, the authorizer) are not: an expression that calls one of their functions does
 * not compile, and the message names it. Making the first compiler of a process takes a second.
 */
public final class ConditionCompiler {

  /**
   * Kubernetes bounds the cost of a request's conditions; this bounds the rounds of one's loops, a
   * fifth of a second. Regular expressions are RE2's, whose time is linear.
   */
  private static final int MAX_ITERATIONS = 100_000;

  /** As Kubernetes bounds what a configuration may write. */
  private static final int MAX_CODE_POINTS = 100_000;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .enableHeterogeneousNumericComparisons(true)
          .comprehensionMaxIterations(MAX_ITERATIONS)
          .maxExpressionCodePointSize(MAX_CODE_POINTS)
          .build();

  private final CelCompiler compiler;
  private final CelRuntime runtime;

  private ConditionCompiler(CelCompiler compiler, CelRuntime runtime) {
    this.compiler = compiler;
    this.runtime = runtime;
  }

  /** A compiler of conditions over these variables. */
  public static ConditionCompiler of(Set<String> variables) {
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addLibraries(
                CelExtensions.strings(),
                CelExtensions.sets(OPTIONS),
                CelExtensions.lists(),
                CelExtensions.encoders(OPTIONS),
                CelExtensions.optional(),
                CelExtensions.comprehensions());
    variables.forEach(name -> builder.addVar(name, SimpleType.DYN));
    return new ConditionCompiler(
        builder.build(),
        CelRuntimeFactory.standardCelRuntimeBuilder()
            .setOptions(OPTIONS)
            .addLibraries(
                CelExtensions.strings(),
                CelExtensions.sets(OPTIONS),
                CelExtensions.lists(),
                CelExtensions.encoders(OPTIONS),
                CelExtensions.optional(),
                CelExtensions.comprehensions())
            .build());
  }

  /**
   * Compiles an expression.
   *
   * @throws ConditionException when it is none, names a variable or a function that is unknown, or
   *     is not a bool; the message is as Kubernetes writes it and shows the place
   */
  public Condition compile(String expression) throws ConditionException {
    try {
      CelAbstractSyntaxTree tree = compiler.compile(expression).getAst();
      if (!tree.getResultType().equals(SimpleType.BOOL)) {
        throw new ConditionException("must evaluate to bool");
      }
      return new Condition(expression, runtime.createProgram(tree));
    } catch (CelValidationException e) {
      throw new ConditionException("compilation failed: " + e.getMessage(), e);
    } catch (CelEvaluationException e) {
      throw new ConditionException("instantiation failed: " + e.getMessage(), e);
    }
  }
}
