package io.usher.testkit.apiserver;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What {@link ApiServerTest} does. Servers, and tests' views of them, are in the stores of the
 * contexts that they belong to, which close them.
 */
final class ApiServerExtension implements ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(ApiServerExtension.class);

  /** What a constructor gets is of its test. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == ApiServer.class || type == KubernetesClient.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ApiServer server = view(context, annotated(context));
    return parameter.getParameter().getType() == ApiServer.class ? server : server.client();
  }

  /** The context of the class that has the annotation: this one or one around it. */
  private static ExtensionContext annotated(ExtensionContext context) {
    ExtensionContext each = context;
    while (!each.getElement().map(element -> element instanceof Class<?>).orElse(false)
        || !AnnotationSupport.isAnnotated(each.getElement(), ApiServerTest.class)) {
      each = each.getParent().orElseThrow();
    }
    return each;
  }

  /** Of a test its own, of what runs for all tests of a class that of the class. */
  private static ApiServer view(ExtensionContext context, ExtensionContext annotated) {
    Class<?> testClass = annotated.getRequiredTestClass();
    DeclaredServer declared =
        DeclaredServer.of(
            AnnotationSupport.findAnnotation(testClass, ApiServerTest.class).orElseThrow(),
            testClass);
    boolean ofTest = context.getTestMethod().isPresent() && declared.isolation() != Isolation.NONE;
    Key key = new Key((ofTest ? context : annotated).getUniqueId());
    Store store = (ofTest ? context : annotated).getStore(NAMESPACE);
    if (ofTest && declared.isolation() == Isolation.SERVER) {
      return store.getOrComputeIfAbsent(
          key, absent -> ApiServer.owning(declared.start()), ApiServer.class);
    }
    RunningServer server = server(annotated, declared);
    return store.getOrComputeIfAbsent(
        key,
        absent -> ofTest ? ApiServer.inNewNamespace(server) : ApiServer.of(server),
        ApiServer.class);
  }

  private static RunningServer server(ExtensionContext annotated, DeclaredServer declared) {
    boolean ofJvm = declared.sharing() == Sharing.JVM;
    Store store = (ofJvm ? annotated.getRoot() : annotated).getStore(NAMESPACE);
    return store.getOrComputeIfAbsent(
        ofJvm ? declared : "server", absent -> declared.start(), RunningServer.class);
  }

  /** A view's: a context finds what those around it have stored, too. */
  private record Key(String contextId) {}
}
