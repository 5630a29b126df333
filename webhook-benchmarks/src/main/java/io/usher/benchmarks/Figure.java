package io.usher.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * One measured figure.
 *
 * @param name what was measured
 * @param value what came of it
 * @param unit of the value, {@code x} for a ratio
 * @param bar what it must keep to, or null when it is told for its own sake
 * @param remark what else to know: the figures that a ratio is of, the garbage collector
 */
public record Figure(String name, double value, String unit, @Nullable Bar bar, String remark) {

  /**
   * What a figure must keep to.
   *
   * @param limit the last value that holds
   * @param atLeast whether values above it hold; else those below it do
   */
  public record Bar(double limit, boolean atLeast) {

    /** A value that is no number does not hold. */
    boolean holds(double value) {
      return atLeast ? value >= limit : value <= limit;
    }
  }

  /** A figure that must not be above a bar. */
  public static Figure barred(String name, double value, String unit, double bar, String remark) {
    return new Figure(name, value, unit, new Bar(bar, false), remark);
  }

  /** A figure that must not be below a bar. */
  public static Figure atLeast(String name, double value, String unit, double bar, String remark) {
    return new Figure(name, value, unit, new Bar(bar, true), remark);
  }

  /** A figure without a bar. */
  public static Figure told(String name, double value, String unit, String remark) {
    return new Figure(name, value, unit, null, remark);
  }

  /** Whether its bar is missed. */
  boolean missed() {
    return bar != null && !bar.holds(value);
  }
}
