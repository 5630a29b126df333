package io.usher.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.runtime.CelEvaluationException;
import java.util.Set;

/**
 * Compiles conditions over some variables, whose types are known only when they are there.
 *
 * <p>Known are CEL's own functions, and the extensions for strings, sets, lists, encodings,
 * optional values and comprehensions of two variables, and Kubernetes' own for lists. Its other
 * libraries (quantities, addresses, URLs, the authorizer) are not: an expression that calls one of
 * their functions does not compile, and the message names it. Making the first compiler of a
 * process takes a second.
 */
public final class ConditionCompiler {

  private final CelCompiler compiler;

  private ConditionCompiler(CelCompiler compiler) {
    this.compiler = compiler;
  }

  /** A compiler of conditions over these variables. */
  public static ConditionCompiler of(Set<String> variables) {
    CelCompilerBuilder builder = Environment.compiler();
    variables.forEach(name -> builder.addVar(name, SimpleType.DYN));
    return new ConditionCompiler(builder.build());
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
      KubernetesLists.requireKnownElements(tree);
      if (!tree.getResultType().equals(SimpleType.BOOL)) {
        throw new ConditionException("must evaluate to bool");
      }
      return new Condition(expression, Environment.runtime().createProgram(tree));
    } catch (CelValidationException e) {
      throw new ConditionException("compilation failed: " + e.getMessage(), e);
    } catch (CelEvaluationException e) {
      throw new ConditionException("instantiation failed: " + e.getMessage(), e);
    }
  }
}
