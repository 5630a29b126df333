package io.usher.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.types.CelType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;

/**
 * Compiles the expressions of a schema's {@code x-kubernetes-validations}: over a value of a
 * declared type, {@code self}, and what it was before, {@code oldSelf}. Fields that the type does
 * not have, and functions that are not known, are refused here.
 */
public final class SelfCompiler {

  static final String SELF = "self";
  static final String OLD_SELF = "oldSelf";

  private final JsonValues.Reading reading;
  private final CostEstimator.Sizes sizes;
  private final CelCompiler compiler;
  private final CelCompiler optional;

  private SelfCompiler(ValueType type) {
    reading = TypedValues.reading(type);
    sizes = path -> SchemaSizes.of(type, path);
    var types = new DeclaredTypes(type, "selfType");
    compiler = compiler(types, types.root());
    optional = compiler(types, OptionalType.create(types.root()));
  }

  private static CelCompiler compiler(DeclaredTypes types, CelType oldSelf) {
    return Environment.compiler(types, false)
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
        expression, optionalOldSelf, SimpleType.BOOL, "", "cel expression must evaluate to a bool");
  }

  /** Compiles an expression of a message, which is a string. */
  public SelfExpression message(String expression, boolean optionalOldSelf)
      throws ConditionException {
    return compile(
        expression,
        optionalOldSelf,
        SimpleType.STRING,
        "messageExpression ",
        "messageExpression must evaluate to a string");
  }

  private SelfExpression compile(
      String expression, boolean optionalOldSelf, CelType result, String which, String wrongType)
      throws ConditionException {
    CelAbstractSyntaxTree tree =
        Environment.checked(
            optionalOldSelf ? optional : compiler, expression, which + "compilation failed: ");
    if (!tree.getResultType().equals(result)) {
      throw new ConditionException(wrongType);
    }
    boolean usesOldSelf =
        tree.getReferenceMap().values().stream().anyMatch(each -> each.name().equals(OLD_SELF));
    return new SelfExpression(
        Environment.planned(tree),
        reading,
        usesOldSelf,
        optionalOldSelf,
        CostEstimator.of(tree, sizes));
  }
}
