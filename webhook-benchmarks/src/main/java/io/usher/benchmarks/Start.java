package io.usher.benchmarks;

import io.usher.benchmarks.Bench.Setting;
import io.usher.benchmarks.rules.TreeRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** From a process's start to its first answered review, on both cores. */
final class Start {

  private static final double BAR = 1.6;

  private Start() {}

  private interface Starter {
    ServerProcess start(List<String> prefix) throws IOException;
  }

  static void measure(Setting setting) throws IOException {
    var bare = new ArrayList<Double>();
    var usher = new ArrayList<Double>();
    var ratios = new ArrayList<Double>();
    var collectors = new String[2];
    // The first round warms the disk's cache and this client.
    for (int round = 0; round <= setting.effort().starts(); round++) {
      double bareMillis = millis(setting, setting.servers()::bareJavalin, collectors, 0);
      double usherMillis =
          millis(setting, prefix -> setting.servers().usherTree(prefix), collectors, 1);
      if (round > 0) {
        bare.add(bareMillis);
        usher.add(usherMillis);
        ratios.add(usherMillis / bareMillis);
      }
    }
    setting
        .report()
        .add(
            Figure.told(
                "start, bare Javalin", Median.of(bare), "ms", collectors[0] + " collector"));
    setting
        .report()
        .add(
            Figure.barred(
                "start, Usher",
                Median.of(ratios),
                "x",
                BAR,
                "%.0f ms, %s collector".formatted(Median.of(usher), collectors[1])));
  }

  private static double millis(Setting setting, Starter starter, String[] collectors, int index)
      throws IOException {
    byte[] request =
        Connection.request("/mutate/" + TreeRule.WEBHOOK + "?timeout=10s", Body.KB_6.bytes());
    try (ServerProcess server = starter.start(setting.cores().onBoth());
        Connection connection = Connection.open(setting.tls(), server.awaitPort())) {
      Connection.Answer answer = connection.post(request);
      double millis = (System.nanoTime() - server.startNanos()) / 1e6;
      Answers.requireMarked(answer.body());
      collectors[index] = server.collector();
      return millis;
    }
  }
}
