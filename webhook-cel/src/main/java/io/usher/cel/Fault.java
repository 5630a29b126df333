package io.usher.cel;

/**
 * An error as a value: {@code ||}, {@code &&} and optional values look at it, all else hands it on.
 *
 * @param message as cel-go words it
 */
record Fault(String message) {

  /** The arguments are of types that a function is not for. */
  static final Fault NO_OVERLOAD = new Fault("no such overload");

  static Fault noKey(Object key) {
    return new Fault("no such key: " + Values.printed(key));
  }
}
