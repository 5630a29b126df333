package io.usher.cel;

import dev.cel.common.CelOptions;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;

/** The functions and the limits that all expressions have. */
final class Environment {

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

  private static final KubernetesLists LISTS = new KubernetesLists();

  private Environment() {}

  /** A compiler without variables. */
  static CelCompilerBuilder compiler() {
    return CelCompilerFactory.standardCelCompilerBuilder()
        .setOptions(OPTIONS)
        .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
        .addLibraries(
            CelExtensions.strings(),
            CelExtensions.sets(OPTIONS),
            CelExtensions.lists(),
            CelExtensions.encoders(OPTIONS),
            CelExtensions.optional(),
            CelExtensions.comprehensions(),
            LISTS);
  }

  /** The one runtime, made when the first expression is compiled. */
  static CelRuntime runtime() {
    return Runtime.INSTANCE;
  }

  private static final class Runtime {
    static final CelRuntime INSTANCE =
        CelRuntimeFactory.standardCelRuntimeBuilder()
            .setOptions(OPTIONS)
            .addLibraries(
                CelExtensions.strings(),
                CelExtensions.sets(OPTIONS),
                CelExtensions.lists(),
                CelExtensions.encoders(OPTIONS),
                CelExtensions.optional(),
                CelExtensions.comprehensions(),
                LISTS)
            .build();
  }
}
