package io.usher.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * One measured figure.
 *
 * @param name what was measured
 * @param value what came of it
 * @param unit of the value, {@code x} for a ratio
 * @param bar what it must not pass, or null when it is told for its own sake
 * @param remark what else to know: the figures that a ratio is of, the garbage collector
 */
record Figure(String name, double value, String unit, @Nullable Double bar, String remark) {

  /** A figure with a bar. */
  static Figure barred(String name, double value, String unit, double bar, String remark) {
    return new Figure(name, value, unit, bar, remark);
  }

  /** A figure without one. */
  static Figure told(String name, double value, String unit, String remark) {
    return new Figure(name, value, unit, null, remark);
  }

  /** Whether its bar is missed; a value that is no number misses any. */
  boolean missed() {
    return bar != null && !(value <= bar);
  }
}
