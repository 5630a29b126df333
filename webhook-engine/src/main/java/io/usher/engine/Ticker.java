package io.usher.engine;

/** Measures time: nanoseconds from an arbitrary origin, as {@link System#nanoTime()}. */
@FunctionalInterface
public interface Ticker {

  /** The machine's own. */
  Ticker SYSTEM = System::nanoTime;

  /** Now. */
  long nanos();
}
