package io.usher.benchmarks;

import io.usher.benchmarks.Bench.Setting;
import io.usher.benchmarks.rules.EndlessCallRule;
import io.usher.benchmarks.rules.EndlessRule;
import io.usher.benchmarks.rules.TreeRule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What an endless rule costs the rules beside it: their p99 at a quarter of the highest rate that
 * the server reaches on both cores, without the endless rule being called, and with it being called
 * ten times a second after its circuit has opened. Generator and server share the cores. The bar is
 * for a loop of the rule's own; beside it stands a call of the JDK that doesn't return, which Usher
 * can't end.
 */
final class EndlessNeighbour {

  private static final double BAR = 2;

  private static final int SHARE_OF_MAXIMUM = 4;

  private final Setting setting;
  private final Beside endless = new Beside(EndlessRule.WEBHOOK);
  private final Beside endlessCall = new Beside(EndlessCallRule.WEBHOOK);

  private EndlessNeighbour(Setting setting) {
    this.setting = setting;
  }

  /** What it was like beside one of the endless rules, a pair at a time. */
  private record Beside(String webhook, List<Double> ratios, List<String> remarks) {

    Beside(String webhook) {
      this(webhook, new ArrayList<>(), new ArrayList<>());
    }

    double ratio() {
      return Median.of(ratios);
    }

    String remark() {
      return String.join("; ", remarks);
    }
  }

  static void measure(Setting setting) throws IOException {
    var neighbour = new EndlessNeighbour(setting);
    for (int pair = 0; pair < setting.effort().pairs(); pair++) {
      try (ServerProcess server = setting.servers().usherEndless(setting.cores().onBoth())) {
        neighbour.measure(server.awaitPort());
      }
    }
    neighbour.report();
  }

  private void report() {
    setting
        .report()
        .add(
            Figure.barred(
                "p99 beside an endless rule", endless.ratio(), "x", BAR, endless.remark()));
    setting
        .report()
        .add(
            Figure.told(
                "p99 beside an endless call", endlessCall.ratio(), "x", endlessCall.remark()));
  }

  private void measure(int port) throws IOException {
    var load = new Load(setting.tls(), port, TreeRule.WEBHOOK, Body.KB_6);
    var half = Duration.ofSeconds(setting.effort().pairSeconds());
    double rate = load.closedLoop(half).rate() / SHARE_OF_MAXIMUM;
    double without = settledP99Millis(load, rate, half);
    // The one that can't be ended comes last.
    for (Beside beside : List.of(endless, endlessCall)) {
      try (var calls = new EndlessCalls(setting.tls(), port, beside.webhook)) {
        calls.awaitRefusal();
        calls.goOn();
        double with = settledP99Millis(load, rate, half);
        beside.ratios.add(with / without);
        beside.remarks.add(
            "%.2f to %.2f ms at %,.0f/s (%s)".formatted(without, with, rate, calls.outcome()));
      }
    }
  }

  /** When the server has compiled what the load needs, and the threads that hung have ended. */
  private static double settledP99Millis(Load load, double rate, Duration half) throws IOException {
    load.openLoop(rate, half);
    return load.openLoop(rate, half).p99Millis();
  }
}
