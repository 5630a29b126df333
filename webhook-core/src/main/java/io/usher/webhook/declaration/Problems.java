package io.usher.webhook.declaration;

import org.jspecify.annotations.Nullable;

/** Where the checks tell what is wrong. */
@FunctionalInterface
public interface Problems {

  /**
   * Takes one problem.
   *
   * @param method the rule that has it, or null when the class itself does
   * @param message names {@code Class.method}, what is wrong, and what to write instead
   */
  void report(@Nullable MethodDescription method, String message);

  /** Takes what works, but hardly as it is meant; ignored unless overridden. */
  default void warn(@Nullable MethodDescription method, String message) {}
}
