package io.usher.benchmarks;

import java.util.Collection;

/** The middle of measured values: one that was disturbed does not move it. */
public final class Median {

  private Median() {}

  public static double of(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
