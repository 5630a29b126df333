package io.usher.cel;

/** What a function does. */
@FunctionalInterface
interface Function {

  /** The value, or a {@link Fault}. */
  Object call(Object[] arguments, Meter meter);
}
