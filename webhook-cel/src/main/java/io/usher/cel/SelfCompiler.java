package io.usher.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.runtime.CelEvaluationException;
import java.util.regex.Pattern;

/**
 * Compiles the expressions of a schema's {@code x-kubernetes-validations}: over a value of a
 * declared type, {@code self}, and what it was before, {@code oldSelf}. Fields that the type does
 * not have, and functions that are not known, are refused here.
 */
public final class SelfCompiler {

  private static final Pattern SYNTAX =
      Pattern.compile(
          "(ERROR: <input>:\\d+:\\d+: )((?:mismatched|extraneous|missing|no viable|token) )");
  private static final Pattern CANDIDATES = Pattern.compile(" \\(candidates: .*\\)(?=\\n)");

  static final String SELF = "self";
  static final String OLD_SELF = "oldSelf";

  private final ValueType type;
  private final CelCompiler compiler;
  private final CelCompiler optional;

  private SelfCompiler(ValueType type) {
    this.type = type;
    var types = new DeclaredTypes(type);
    compiler = compiler(types, types.root());
    optional = compiler(types, OptionalType.create(types.root()));
  }

  private static CelCompiler compiler(DeclaredTypes types, CelType oldSelf) {
    return Environment.compiler()
        .setTypeProvider(types)
        .addVar(SELF, types.root())
        .addVar(OLD_SELF, oldSelf)
        .build();
  }

  /** A compiler of expressions about values of this type. */
  public static SelfCompiler of(ValueType self) {
    return new SelfCompiler(self);
  }

  /**
   * Compiles a rule, which is a bool.
   *
   * @param optionalOldSelf whether {@code oldSelf} is an optional value
   * @throws ConditionException when it is none; as Kubernetes words it, with the place
   */
  public SelfExpression rule(String expression, boolean optionalOldSelf) throws ConditionException {
    return compile(
        expression,
        optionalOldSelf,
        SimpleType.BOOL,
        "compilation failed: ",
        "cel expression must evaluate to a bool");
  }

  /** Compiles an expression of a message, which is a string. */
  public SelfExpression message(String expression, boolean optionalOldSelf)
      throws ConditionException {
    return compile(
        expression,
        optionalOldSelf,
        SimpleType.STRING,
        "messageExpression compilation failed: ",
        "messageExpression must evaluate to a string");
  }

  /** What is wrong, in the words of cel-go. */
  private static String asGo(String problem) {
    return CANDIDATES
        .matcher(SYNTAX.matcher(problem).replaceAll("$1Syntax error: $2"))
        .replaceAll("");
  }

  private SelfExpression compile(
      String expression, boolean optionalOldSelf, CelType result, String failed, String wrongType)
      throws ConditionException {
    try {
      CelAbstractSyntaxTree tree =
          (optionalOldSelf ? optional : compiler).compile(expression).getAst();
      KubernetesLists.requireKnownElements(tree);
      if (!tree.getResultType().equals(result)) {
        throw new ConditionException(wrongType);
      }
      boolean usesOldSelf =
          tree.getReferenceMap().values().stream().anyMatch(each -> each.name().equals(OLD_SELF));
      return new SelfExpression(
          Environment.runtime().createProgram(tree), type, usesOldSelf, optionalOldSelf);
    } catch (CelValidationException e) {
      throw new ConditionException(failed + asGo(String.valueOf(e.getMessage())), e);
    } catch (CelEvaluationException e) {
      throw new ConditionException("program instantiation failed: " + e.getMessage(), e);
    }
  }
}
