package io.usher.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the expressions of one policy. Its variables are known to the expressions that are
 * compiled after them. For one thread. The first one of a process takes a second.
 */
public final class PolicyCompiler {

  private static final String VARIABLES = "kubernetes.variables";
  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Map<String, CelType> variableTypes = new LinkedHashMap<>();
  private final Map<String, PolicyExpression.Variable> variables = new LinkedHashMap<>();
  private final CelCompiler compiler;

  /** All words of the expression: an {@code Object} may have whichever members. */
  private ImmutableSet<String> written = ImmutableSet.of();

  private PolicyCompiler(
      PolicyScope scope, @Nullable DeclaredTypes object, @Nullable DeclaredTypes params) {
    var request = new RequestTypes();
    var types = new Types(request.byName(), scope.patches());
    CelCompilerBuilder builder =
        Environment.compiler(types, scope.patches())
            .addVar("request", request.request())
            .addVar("namespaceObject", request.namespace())
            .addVar("variables", types.variables());
    CelType ofObject = types.add(object);
    builder.addVar("object", ofObject).addVar("oldObject", ofObject);
    if (scope.params()) {
      builder.addVar("params", types.add(params));
    }
    if (scope.authorizer()) {
      builder.addVar("authorizer", OpaqueType.create(AuthorizerFunctions.AUTHORIZER));
    }
    if (scope.authorizer() && object == null) {
      // Kubernetes' check of types does not know it.
      builder.addVar(
          "authorizer.requestResource", OpaqueType.create(AuthorizerFunctions.RESOURCE_CHECK));
    }
    compiler = builder.build();
  }

  /** A compiler of a policy, to which the types of objects are unknown. */
  public static PolicyCompiler of(PolicyScope scope) {
    return new PolicyCompiler(scope, null, null);
  }

  /**
   * A compiler that knows the type of objects, to check the expressions of a policy.
   *
   * @param params null when their type is unknown
   */
  static PolicyCompiler typed(
      PolicyScope scope, DeclaredTypes object, @Nullable DeclaredTypes params) {
    return new PolicyCompiler(scope, object, params);
  }

  /**
   * Compiles a variable. When that fails its type is unknown to what follows, and whatever reads it
   * fails.
   *
   * @throws ConditionException in Kubernetes' words
   */
  public void variable(String name, String expression) throws ConditionException {
    variableTypes.put(name, SimpleType.DYN);
    CelAbstractSyntaxTree tree;
    try {
      tree = check(expression);
      variables.put(name, new PolicyExpression.Variable(Environment.planned(tree), ""));
    } catch (ConditionException e) {
      variables.put(name, new PolicyExpression.Variable(null, String.valueOf(e.getMessage())));
      throw e;
    }
    variableTypes.put(name, known(tree.getResultType()));
  }

  /** Checks an expression. */
  CelAbstractSyntaxTree check(String expression) throws ConditionException {
    return check(expression, "compilation failed: ");
  }

  /**
   * Checks an expression.
   *
   * @param failed what a message begins with
   */
  CelAbstractSyntaxTree check(String expression, String failed) throws ConditionException {
    var words = ImmutableSet.<String>builder();
    WORD.matcher(expression).results().forEach(each -> words.add(each.group()));
    written = words.build();
    return Environment.checked(compiler, expression, failed);
  }

  /** Of types that Kubernetes keeps no more of, nothing is known. */
  private static CelType known(CelType type) {
    if (type instanceof ListType list) {
      return ListType.create(known(list.elemType()));
    }
    if (type instanceof MapType map) {
      return MapType.create(known(map.keyType()), known(map.valueType()));
    }
    return switch (type.kind()) {
      case STRUCT, OPAQUE, TYPE, TYPE_PARAM, ERROR -> SimpleType.DYN;
      default -> type;
    };
  }

  /**
   * Compiles an expression.
   *
   * @throws ConditionException when it is none, or not of the type; in Kubernetes' words
   */
  public PolicyExpression compile(String expression, ResultType type) throws ConditionException {
    CelAbstractSyntaxTree tree = check(expression);
    type.check(tree.getResultType());
    return new PolicyExpression(
        expression,
        Environment.planned(tree),
        new LinkedHashMap<>(variables),
        CostEstimator.of(tree, path -> null));
  }

  /** The types of a policy. What a type has is asked anew for each expression. */
  private final class Types implements CelTypeProvider {
    private final Map<String, CelType> byName = new LinkedHashMap<>();
    private final boolean patches;

    Types(Map<String, CelType> known, boolean patches) {
      byName.putAll(known);
      this.patches = patches;
    }

    CelType variables() {
      return StructType.create(
          VARIABLES,
          ImmutableSet.copyOf(variableTypes.keySet()),
          field -> Optional.ofNullable(variableTypes.get(field)));
    }

    CelType add(@Nullable DeclaredTypes declared) {
      if (declared == null) {
        return SimpleType.DYN;
      }
      declared.types().forEach(each -> byName.put(each.name(), each));
      return declared.root();
    }

    @Override
    public ImmutableCollection<CelType> types() {
      return ImmutableList.copyOf(byName.values());
    }

    @Override
    public Optional<CelType> findType(String name) {
      if (name.equals(VARIABLES)) {
        return Optional.of(variables());
      }
      CelType type = byName.get(name);
      return Optional.ofNullable(type == null && patches ? PolicyTypes.find(name, written) : type);
    }
  }
}
