package io.usher.benchmarks;

import io.usher.benchmarks.Bench.Setting;
import io.usher.benchmarks.rules.TreeRule;
import java.io.IOException;
import java.time.Duration;

/** The most memory that a server has resident under load, with a small heap. */
final class Memory {

  static final String HEAP = "-Xmx96m";
  private static final double BAR_MEGABYTES = 220;

  private Memory() {}

  /** The load that the memory of a server is read after. */
  static void load(Setting setting, ServerProcess server) throws IOException {
    int port = server.awaitPort();
    for (int second = 0; second < setting.effort().memorySeconds(); second++) {
      Body body = Body.values()[second % Body.values().length];
      new Load(setting.tls(), port, TreeRule.WEBHOOK, body).closedLoop(Duration.ofSeconds(1));
    }
  }

  static void measure(Setting setting) throws IOException {
    try (ServerProcess server = setting.servers().usherTree(setting.cores().onBoth(), HEAP)) {
      load(setting, server);
      setting
          .report()
          .add(
              Figure.barred(
                  "resident under load at " + HEAP,
                  server.peakMegabytes(),
                  "MB",
                  BAR_MEGABYTES,
                  server.collector() + " collector"));
    }
  }
}
