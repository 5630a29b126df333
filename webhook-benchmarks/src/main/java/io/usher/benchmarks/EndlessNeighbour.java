package io.usher.benchmarks;

import io.usher.benchmarks.Bench.Setting;
import io.usher.benchmarks.rules.EndlessRule;
import io.usher.benchmarks.rules.TreeRule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;

/**
 * What an endless rule costs the rules beside it: their p99 at a quarter of the highest rate that
 * the server reaches on both cores, with the endless rule's threads spinning and without. Generator
 * and server share the cores.
 */
final class EndlessNeighbour {

  private static final double BAR = 2;

  private static final int SHARE_OF_MAXIMUM = 4;

  /** Below it a call was not tried: the circuit is open. */
  private static final Duration AT_ONCE = Duration.ofMillis(200);

  private static final int MOST_CALLS = 10;

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
    load.openLoop(rate, half);
    double without = load.openLoop(rate, half).p99Millis();
    hang(setting, port);
    double with = load.openLoop(rate, half).p99Millis();
    remarks.add("%.2f to %.2f ms at %,.0f/s".formatted(without, with, rate));
    return with / without;
  }

  /** Calls the endless rule until it is not tried any more. */
  private static void hang(Setting setting, int port) throws IOException {
    byte[] request =
        Connection.request("/mutate/" + EndlessRule.WEBHOOK + "?timeout=1s", Body.KB_6.bytes());
    try (Connection connection = Connection.open(setting.tls(), port)) {
      for (int call = 0; call < MOST_CALLS; call++) {
        long start = System.nanoTime();
        int status = connection.post(request).status();
        if (status != 500) {
          throw new IOException("an endless rule was answered " + status);
        }
        if (System.nanoTime() - start < AT_ONCE.toNanos()) {
          return;
        }
      }
    }
    throw new IOException("the endless rule is still tried after " + MOST_CALLS + " calls");
  }
}
