package io.usher.benchmarks.api;

import io.usher.benchmarks.Median;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * Servers that take turns, so that whatever else the machine does hits all: a ratio is the median
 * of those of neighbours in one round.
 */
final class Rounds<T> {

  private final Map<Api, List<T>> turns = new LinkedHashMap<>();

  /** One turn of a server. */
  interface Turn<T> {

    /**
     * @param round from 0 on, rounds to warm up included
     */
    T measure(Api api, int round) throws Exception;
  }

  /**
   * Has each server take its turns.
   *
   * @param warmUps rounds before those that count
   */
  static <T> Rounds<T> of(List<Api> apis, int warmUps, int counted, Turn<T> turn) throws Exception {
    var rounds = new Rounds<T>();
    apis.forEach(api -> rounds.turns.put(api, new ArrayList<>()));
    for (int round = 0; round < warmUps + counted; round++) {
      for (Api api : apis) {
        T measured = turn.measure(api, round);
        if (round >= warmUps) {
          rounds.of(api).add(measured);
        }
      }
    }
    return rounds;
  }

  private List<T> of(Api api) {
    return Objects.requireNonNull(turns.get(api));
  }

  /** How many times a figure of one server is that of another. */
  double ratio(Api api, Api other, ToDoubleFunction<T> figure) {
    var ratios = new ArrayList<Double>();
    for (int i = 0; i < of(api).size(); i++) {
      ratios.add(figure.applyAsDouble(of(api).get(i)) / figure.applyAsDouble(of(other).get(i)));
    }
    return Median.of(ratios);
  }

  /** A server's figure. */
  double median(Api api, ToDoubleFunction<T> figure) {
    return Median.of(of(api).stream().map(figure::applyAsDouble).toList());
  }

  /** Two servers' figures, for a remark. */
  String remark(Api api, Api other, ToDoubleFunction<T> figure, String unit) {
    return "%,.4g %s against %,.4g %s"
        .formatted(median(api, figure), unit, median(other, figure), unit);
  }
}
