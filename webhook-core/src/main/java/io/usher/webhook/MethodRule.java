package io.usher.webhook;

import io.usher.patch.JsonPatch;
import io.usher.rule.Decision;
import io.usher.rule.Rule;
import io.usher.rule.RuleContext;
import io.usher.webhook.declaration.RuleDeclaration;
import io.usher.webhook.declaration.RuleDeclaration.Argument;
import io.usher.webhook.declaration.RuleDeclaration.Result;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Calls an annotated method of an object. While it runs, the thread's context class loader is that
 * of the rule's class, so that libraries that search there find what its jar brings.
 */
final class MethodRule implements Rule {

  private static final MethodType SPREAD = MethodType.methodType(Object.class, Object[].class);

  private final String name;
  private final ClassLoader loader;
  private final MethodHandle handle;
  private final List<Argument> arguments;
  private final Class<?>[] types;
  private final Type[] genericTypes;
  private final Result result;
  private final @Nullable CurrentCluster cluster;

  private MethodRule(
      String name,
      ClassLoader loader,
      MethodHandle handle,
      List<Argument> arguments,
      Method method,
      Result result,
      @Nullable CurrentCluster cluster) {
    this.name = name;
    this.loader = loader;
    this.handle = handle;
    this.arguments = arguments;
    this.types = method.getParameterTypes();
    this.genericTypes = method.getGenericParameterTypes();
    this.result = result;
    this.cluster = cluster;
  }

  /**
   * Binds a declared rule, under this name, to the object whose method it is.
   *
   * @param cluster what the object was given to read from, or null
   */
  static MethodRule bind(
      RuleDeclaration declaration, String name, Object instance, @Nullable CurrentCluster cluster) {
    var method = (Method) declaration.method().origin();
    try {
      MethodHandle handle =
          MethodHandles.privateLookupIn(method.getDeclaringClass(), MethodHandles.lookup())
              .unreflect(method)
              .bindTo(instance)
              .asSpreader(Object[].class, method.getParameterCount())
              .asType(SPREAD);
      return new MethodRule(
          name,
          method.getDeclaringClass().getClassLoader(),
          handle,
          declaration.arguments(),
          method,
          declaration.result(),
          cluster);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("bind rule " + name, e);
    }
  }

  @Override
  public Decision apply(RuleContext context) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    RuleContext outer = cluster == null ? null : cluster.enter(context);
    try {
      return decision((Object) handle.invokeExact(values(context)));
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("rule " + name + " threw " + e.getClass().getName(), e);
    } finally {
      if (cluster != null) {
        cluster.enter(outer);
      }
      thread.setContextClassLoader(before);
    }
  }

  private @Nullable Object[] values(RuleContext context) {
    var values = new Object[types.length];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (arguments.get(i)) {
            case OBJECT -> context.object(types[i]);
            case OLD_OBJECT -> context.oldObject(types[i]);
            case REQUEST -> context.request();
            case CONTEXT -> context;
            case CLUSTER -> context.cluster();
            case LISTER ->
                context
                    .cluster()
                    .lister(Objects.requireNonNull(ReflectedClass.listedClass(genericTypes[i])));
          };
    }
    return values;
  }

  private Decision decision(@Nullable Object returned) {
    if (result == Result.NOTHING) {
      return Decision.allow();
    }
    if (returned == null) {
      throw new IllegalStateException(
          "rule "
              + name
              + " returned null; return "
              + (result == Result.DECISION ? "Decision.allow()" : "what the object is to be"));
    }
    return switch (result) {
      case DECISION -> (Decision) returned;
      case JSON_PATCH -> Decision.patch((JsonPatch) returned);
      case OBJECT, NOTHING -> Decision.replace(returned);
    };
  }
}
