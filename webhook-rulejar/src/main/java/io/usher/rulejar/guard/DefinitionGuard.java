package io.usher.rulejar.guard;

import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodHandles.Lookup.ClassOption;
import org.jspecify.annotations.Nullable;

/**
 * Guards classes that a rule jar defines while it runs, as Groovy and Byte Buddy do. The server has
 * rule jars and their libraries call {@link Lookup}'s methods here, and pass what they give to
 * {@link ClassLoader}'s {@code defineClass}, which only a class loader itself may call, through
 * {@link #guarded}. Rules don't call them themselves.
 */
public final class DefinitionGuard {

  private static final StackWalker CALLERS =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private DefinitionGuard() {}

  /** A class loader that puts checks into the classes of a rule jar. */
  public interface GuardingLoader {
    /** The class file with checks. */
    byte[] guarded(byte[] file);
  }

  /**
   * The arguments of {@code defineClass}.
   *
   * @param domain a protection domain or a code source, or null when there is no such parameter
   */
  public record Definition(
      @Nullable String name, byte[] bytes, int offset, int length, @Nullable Object domain) {}

  /** Gathers the arguments of {@code defineClass(String, byte[], int, int)}. */
  public static Definition definition(@Nullable String name, byte[] bytes, int offset, int length) {
    return new Definition(name, bytes, offset, length, null);
  }

  /** Gathers the arguments of {@code defineClass} with a protection domain or a code source. */
  public static Definition definition(
      @Nullable String name, byte[] bytes, int offset, int length, @Nullable Object domain) {
    return new Definition(name, bytes, offset, length, domain);
  }

  /** The same definition of a guarded class, unless it is no class loader that defines it. */
  public static Definition guarded(Object loader, Definition given) {
    if (!(loader instanceof ClassLoader defining)
        || given.offset < 0
        || given.length < 0
        || given.length > given.bytes.length - given.offset) {
      return given;
    }
    var file = new byte[given.length];
    System.arraycopy(given.bytes, given.offset, file, 0, given.length);
    byte[] guarded = guarded(file, defining, CALLERS.getCallerClass());
    return new Definition(given.name, guarded, 0, guarded.length, given.domain);
  }

  /** In place of {@link Lookup#defineClass}. */
  public static Class<?> defineClass(Lookup lookup, byte[] file) throws IllegalAccessException {
    return lookup.defineClass(guarded(file, lookup, CALLERS.getCallerClass()));
  }

  /** In place of {@link Lookup#defineHiddenClass}. */
  public static Lookup defineHiddenClass(
      Lookup lookup, byte[] file, boolean initialize, ClassOption... options)
      throws IllegalAccessException {
    return lookup.defineHiddenClass(
        guarded(file, lookup, CALLERS.getCallerClass()), initialize, options);
  }

  /** In place of {@link Lookup#defineHiddenClassWithClassData}. */
  public static Lookup defineHiddenClassWithClassData(
      Lookup lookup, byte[] file, Object data, boolean initialize, ClassOption... options)
      throws IllegalAccessException {
    return lookup.defineHiddenClassWithClassData(
        guarded(file, lookup, CALLERS.getCallerClass()), data, initialize, options);
  }

  private static byte[] guarded(byte[] file, Lookup lookup, Class<?> caller) {
    return guarded(file, lookup.lookupClass().getClassLoader(), caller);
  }

  private static byte[] guarded(byte[] file, @Nullable ClassLoader defining, Class<?> caller) {
    if (defining == null || !seesGuards(defining)) {
      return file;
    }
    for (ClassLoader loader = caller.getClassLoader();
        loader != null;
        loader = loader.getParent()) {
      if (loader instanceof GuardingLoader guarding) {
        return guarding.guarded(file);
      }
    }
    return file;
  }

  private static boolean seesGuards(ClassLoader loader) {
    try {
      return loader.loadClass(LoopGuard.class.getName()) == LoopGuard.class;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
