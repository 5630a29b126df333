package io.usher.webhook;

import io.usher.cluster.ClusterReader;
import io.usher.cluster.Lister;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An annotated method of an object. While it runs, the thread's context class loader is that of its
 * class, so that libraries that search there find what its jar brings.
 */
final class BoundMethod {

  private static final MethodType SPREAD = MethodType.methodType(Object.class, Object[].class);

  private final String name;
  private final ClassLoader loader;
  private final MethodHandle handle;
  private final Class<?>[] types;
  private final Type[] genericTypes;
  private final @Nullable CurrentCluster cluster;

  private BoundMethod(
      String name, Method method, MethodHandle handle, @Nullable CurrentCluster cluster) {
    this.name = name;
    this.loader = method.getDeclaringClass().getClassLoader();
    this.handle = handle;
    this.types = method.getParameterTypes();
    this.genericTypes = method.getGenericParameterTypes();
    this.cluster = cluster;
  }

  /**
   * Binds a method to the object that it is called on.
   *
   * @param name of the rule or handler, for messages
   * @param cluster what the object was given to read from, or null
   */
  static BoundMethod bind(
      Method method, String name, Object instance, @Nullable CurrentCluster cluster) {
    try {
      MethodHandle handle =
          MethodHandles.privateLookupIn(method.getDeclaringClass(), MethodHandles.lookup())
              .unreflect(method)
              .bindTo(instance)
              .asSpreader(Object[].class, method.getParameterCount())
              .asType(SPREAD);
      return new BoundMethod(name, method, handle, cluster);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("bind " + name, e);
    }
  }

  String name() {
    return name;
  }

  /** Of a parameter. */
  Class<?> type(int index) {
    return types[index];
  }

  /** Of what a parameter is of, a {@code Lister<Ingress>} or an {@code Optional<Pod>}. */
  Class<?> element(int index) {
    return Objects.requireNonNull(ReflectedClass.elementClass(genericTypes[index]));
  }

  /** What a parameter takes that is a {@link Lister}. */
  Lister<?> lister(int index, ClusterReader reader) {
    return reader.lister(element(index));
  }

  /**
   * Calls it.
   *
   * @param reader what the object's own Listers ask meanwhile
   */
  @Nullable Object call(@Nullable Object[] arguments, Supplier<ClusterReader> reader)
      throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    ClusterReader outer = cluster == null ? null : cluster.enter(reader.get());
    try {
      return (Object) handle.invokeExact(arguments);
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(name + " threw " + e.getClass().getName(), e);
    } finally {
      if (cluster != null) {
        cluster.enter(outer);
      }
      thread.setContextClassLoader(before);
    }
  }
}
