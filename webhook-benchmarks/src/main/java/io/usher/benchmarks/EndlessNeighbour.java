package io.usher.benchmarks;

import io.usher.benchmarks.Bench.Setting;
import io.usher.benchmarks.rules.TreeRule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;

/**
 * What an endless rule costs the rules beside it: their p99 at a quarter of the highest rate that
 * the server reaches on both cores, without the endless rule being called, and with it being called
 * ten times a second after its circuit has opened. Generator and server share the cores.
 */
final class EndlessNeighbour {

  private static final double BAR = 2;

  private static final int SHARE_OF_MAXIMUM = 4;

  private EndlessNeighbour() {}

  static void measure(Setting setting) throws IOException {
    var ratios = new ArrayList<Double>();
    var remarks = new ArrayList<String>();
    for (int pair = 0; pair < setting.effort().pairs(); pair++) {
      try (ServerProcess server = setting.servers().usherEndless(setting.cores().onBoth())) {
        ratios.add(measure(setting, server, remarks));
      }
    }
    setting
        .report()
        .add(
            Figure.barred(
                "p99 beside an endless rule",
                Median.of(ratios),
                "x",
                BAR,
                String.join("; ", remarks)));
  }

  private static double measure(Setting setting, ServerProcess server, ArrayList<String> remarks)
      throws IOException {
    int port = server.awaitPort();
    var load = new Load(setting.tls(), port, TreeRule.WEBHOOK, Body.KB_6);
    var half = Duration.ofSeconds(setting.effort().pairSeconds());
    double maximum = load.closedLoop(half).rate();
    double rate = maximum / SHARE_OF_MAXIMUM;
    double without = settledP99Millis(load, rate, half);
    try (var calls = new EndlessCalls(setting.tls(), port)) {
      calls.awaitRefusal();
      calls.goOn();
      double with = settledP99Millis(load, rate, half);
      remarks.add(
          "%.2f to %.2f ms at %,.0f/s (%s)".formatted(without, with, rate, calls.outcome()));
      return with / without;
    }
  }

  /** When the server has compiled what the load needs, and the threads that hung have ended. */
  private static double settledP99Millis(Load load, double rate, Duration half) throws IOException {
    load.openLoop(rate, half);
    return load.openLoop(rate, half).p99Millis();
  }
}
