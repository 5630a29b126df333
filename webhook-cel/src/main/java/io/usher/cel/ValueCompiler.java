package io.usher.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import java.util.Set;

/**
 * Compiles expressions whose values are asked for, over variables whose types are known only when
 * they are there: the claims of a token, of which a name or groups are made.
 */
public final class ValueCompiler {

  private final CelCompiler compiler;

  private ValueCompiler(CelCompiler compiler) {
    this.compiler = compiler;
  }

  /** A compiler of expressions over these variables. */
  public static ValueCompiler of(Set<String> variables) {
    CelCompilerBuilder builder = Environment.compiler(false);
    variables.forEach(name -> builder.addVar(name, SimpleType.DYN));
    return new ValueCompiler(builder.build());
  }

  /**
   * Compiles an expression of a condition.
   *
   * @throws ConditionException when it is none, or not a bool; as Kubernetes words it
   */
  public ValueExpression condition(String expression) throws ConditionException {
    return compile(expression, false);
  }

  /**
   * Compiles an expression of a text, or of a list of texts.
   *
   * @throws ConditionException when it is none, or something else; as Kubernetes words it
   */
  public ValueExpression texts(String expression) throws ConditionException {
    return compile(expression, true);
  }

  private ValueExpression compile(String expression, boolean ofTexts) throws ConditionException {
    CelAbstractSyntaxTree tree = Environment.checked(compiler, expression, "compilation failed: ");
    CelType type = tree.getResultType();
    if (!ofTexts && !type.equals(SimpleType.BOOL)) {
      throw new ConditionException("must evaluate to bool");
    }
    if (ofTexts
        && !type.equals(SimpleType.STRING)
        && !type.equals(SimpleType.DYN)
        && type.kind() != CelKind.LIST) {
      throw new ConditionException("must evaluate to string or list(string)");
    }
    return new ValueExpression(expression, Environment.planned(tree));
  }
}
