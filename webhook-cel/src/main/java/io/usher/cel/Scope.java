package io.usher.cel;

import org.jspecify.annotations.Nullable;

/** The values of names. */
interface Scope {

  /** A value, or a fault that says why there is none; null where the name is unknown. */
  @Nullable Object find(String name, Meter meter);
}
