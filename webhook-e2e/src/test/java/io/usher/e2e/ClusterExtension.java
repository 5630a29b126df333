package io.usher.e2e;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test what it asks for: the suite's {@link KubernetesApi}, {@link Kubectl}, {@link
 * AuditLog}, {@link Credentials} and {@link UsherProcess.Launcher}, and a {@link TestNamespace} of
 * its own.
 */
final class ClusterExtension implements ParameterResolver {

  private static final Namespace STORE = Namespace.create(ClusterExtension.class);

  /** A constructor's namespace is its test's, not its class's. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestNamespace.class || suite(context).shared().containsKey(type);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestNamespace.class
        ? context
            .getStore(STORE)
            .getOrComputeIfAbsent(type, key -> suite(context).newNamespace(), TestNamespace.class)
        : suite(context).shared().get(type);
  }

  /** Started for the first test that asks; JUnit closes it after the last one. */
  private static Suite suite(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(STORE)
        .getOrComputeIfAbsent(Suite.class, key -> Suite.start(), Suite.class);
  }
}
