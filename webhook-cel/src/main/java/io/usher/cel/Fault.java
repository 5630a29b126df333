package io.usher.cel;

import java.time.Duration;
import java.time.Instant;

/**
 * An error as a value: {@code ||}, {@code &&} and optional values look at it, all else hands it on.
 *
 * @param message as cel-go words it
 */
record Fault(String message) {

  /** The arguments are of types that a function is not for. */
  static final Fault NO_OVERLOAD = new Fault("no such overload");

  /** cel-go asks values that have functions of their own, and these say less. */
  static Fault noOverload(String function, Object value) {
    return value instanceof String || value instanceof Instant || value instanceof Duration
        ? NO_OVERLOAD
        : new Fault("no such overload: " + function);
  }

  static Fault noKey(Object key) {
    return new Fault("no such key: " + Values.printed(key));
  }
}
