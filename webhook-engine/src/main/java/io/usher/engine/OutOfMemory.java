package io.usher.engine;

import java.util.List;

/**
 * Tells an {@link OutOfMemoryError} that concerns the process from one that concerns its thrower.
 */
public final class OutOfMemory {

  /**
   * How the messages of errors begin that say no more than that one array or text is too long for a
   * JVM. Nothing was allocated, so memory is as it was. From HotSpot's {@code arrayKlass.cpp}, and
   * from {@code ArraysSupport}, {@code String}, {@code StringConcatHelper} and {@code StringUTF16}
   * of JDK 17 to 25.
   */
  private static final List<String> TOO_LONG =
      List.of(
          "Requested array size exceeds VM limit",
          "Required ",
          "Repeating ",
          "Overflow: String length",
          "UTF16 String size");

  private OutOfMemory() {}

  /** Whether the process has no memory left, so that no thread of it can be relied on. */
  public static boolean isExhaustion(Throwable thrown) {
    return thrown instanceof OutOfMemoryError
        && TOO_LONG.stream().noneMatch(String.valueOf(thrown.getMessage())::startsWith);
  }
}
