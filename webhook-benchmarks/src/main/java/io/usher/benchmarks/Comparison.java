package io.usher.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * This build against another one, in turns within one run. The other build takes two turns in each
 * round, so its difference from itself tells what this machine's noise is.
 *
 * @param <S> starts the servers of a build
 */
public final class Comparison<S> {

  private final S other;
  private final S own;
  private final Map<String, List<Round>> rounds = new LinkedHashMap<>();

  public Comparison(S other, S own) {
    this.other = other;
    this.own = own;
  }

  /** Measures one build; the key of each figure is its name, and the less the better. */
  public interface Turn<S> {
    Map<String, Double> measure(S servers) throws Exception;
  }

  /** What one round measured: the other build twice, and this one. */
  private record Round(double before, double beforeAgain, double after) {

    double ratio() {
      return after / ((before + beforeAgain) / 2);
    }

    double spread() {
      return Math.max(before / beforeAgain, beforeAgain / before);
    }
  }

  public void round(Turn<S> turn) throws Exception {
    Map<String, Double> before = turn.measure(other);
    Map<String, Double> after = turn.measure(own);
    Map<String, Double> beforeAgain = turn.measure(other);
    before.forEach(
        (name, value) ->
            rounds
                .computeIfAbsent(name, each -> new ArrayList<>())
                .add(
                    new Round(
                        value,
                        beforeAgain.getOrDefault(name, Double.NaN),
                        after.getOrDefault(name, Double.NaN))));
  }

  /**
   * Adds the ratios to a report.
   *
   * @param bar of each; where the other build differs more from itself, that is the bar
   */
  public void report(Report report, double bar) {
    rounds.forEach(
        (name, turns) -> {
          double spread = turns.stream().mapToDouble(Round::spread).max().orElse(Double.NaN);
          double ratio = Median.of(turns.stream().map(Round::ratio).toList());
          report.add(Figure.barred(name, ratio, "x", Math.max(bar, spread), remark(turns)));
        });
  }

  private static String remark(List<Round> turns) {
    return String.join(
        "; ",
        turns.stream()
            .map(
                turn ->
                    "%.0f, %.0f before, %.0f now"
                        .formatted(turn.before, turn.beforeAgain, turn.after))
            .toList());
  }
}
