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

  /** What starts a server. */
  interface Starter {
    ServerProcess start(List<String> prefix) throws IOException;
  }

  /**
   * One start.
   *
   * @param millis until the first answer
   * @param cpuMillis what it took of both cores, which other processes hardly change
   * @param collector the garbage collector
   */
  record Begun(double millis, double cpuMillis, String collector) {}

  static void measure(Setting setting) throws IOException {
    var bare = new ArrayList<Begun>();
    var usher = new ArrayList<Begun>();
    var ratios = new ArrayList<Double>();
    // The first round warms the disk's cache and this client.
    for (int round = 0; round <= setting.effort().starts(); round++) {
      Begun bareBegun = begin(setting, setting.servers()::bareJavalin);
      Begun usherBegun = begin(setting, prefix -> setting.servers().usherTree(prefix));
      if (round > 0) {
        bare.add(bareBegun);
        usher.add(usherBegun);
        ratios.add(usherBegun.millis() / bareBegun.millis());
      }
    }
    double millis = Median.of(bare.stream().map(Begun::millis).toList());
    setting.report().add(Figure.told("start, bare Javalin", millis, "ms", remark(bare)));
    setting.report().add(Figure.barred("start, Usher", Median.of(ratios), "x", BAR, remark(usher)));
  }

  /** Starts a server, has it answer once, and ends it. */
  static Begun begin(Setting setting, Starter starter) throws IOException {
    byte[] request =
        Connection.request("/mutate/" + TreeRule.WEBHOOK + "?timeout=10s", Body.KB_6.bytes());
    try (ServerProcess server = starter.start(setting.cores().onBoth());
        Connection connection = Connection.open(setting.tls(), server.awaitPort())) {
      Connection.Answer answer = connection.post(request);
      double millis = (System.nanoTime() - server.startNanos()) / 1e6;
      double cpuMillis = server.cpuTime().toMillis();
      Answers.requireMarked(answer.body());
      return new Begun(millis, cpuMillis, server.collector());
    }
  }

  private static String remark(List<Begun> begun) {
    return "%.0f ms, %.0f ms of CPU, %s collector"
        .formatted(
            Median.of(begun.stream().map(Begun::millis).toList()),
            Median.of(begun.stream().map(Begun::cpuMillis).toList()),
            begun.get(0).collector());
  }
}
