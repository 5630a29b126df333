package io.usher.benchmarks.api;

import io.usher.benchmarks.Figure;
import io.usher.benchmarks.Median;
import io.usher.benchmarks.ServerProcess;
import io.usher.benchmarks.api.ApiBench.Setting;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/** From a process's start to its first answered list, with the same JVM and its default flags. */
final class FirstList {

  static final String PATH = "/api/v1/namespaces";
  private static final double BAR = 1.3;

  private FirstList() {}

  /**
   * One start.
   *
   * @param millis until the first answer
   * @param cpuMillis what it took of all cores
   */
  record Begun(double millis, double cpuMillis) {}

  /** Starts a server. */
  interface Starter {
    Api start() throws IOException, GeneralSecurityException;
  }

  static void measure(Setting setting) throws Exception {
    var bare = new ArrayList<Begun>();
    var usher = new ArrayList<Begun>();
    var ratios = new ArrayList<Double>();
    // The first round warms the disk's cache and this client.
    for (int round = 0; round <= setting.effort().starts(); round++) {
      Begun bareBegun = begin(setting.servers()::bareJavalin);
      Begun usherBegun = begin(setting.servers()::usher);
      if (round > 0) {
        bare.add(bareBegun);
        usher.add(usherBegun);
        ratios.add(usherBegun.millis() / bareBegun.millis());
      }
    }
    setting
        .report()
        .add(
            Figure.barred(
                "start to first list",
                Median.of(ratios),
                "x",
                BAR,
                remark(usher) + " against " + remark(bare) + " of bare Javalin"));
  }

  static Begun begin(Starter starter) throws IOException, GeneralSecurityException {
    try (Api api = starter.start();
        ApiConnection connection = ApiConnection.open(api)) {
      connection.get(PATH);
      ServerProcess process = api.processes().get(0);
      double millis = (System.nanoTime() - process.startNanos()) / 1e6;
      double cpuMillis = process.cpuTime().toMillis();
      if (connection.count("\"uid\":") != 4) {
        throw new IOException("not the four namespaces: " + connection.text());
      }
      return new Begun(millis, cpuMillis);
    }
  }

  private static String remark(List<Begun> begun) {
    return "%.0f ms (%.0f ms of CPU)"
        .formatted(
            Median.of(begun.stream().map(Begun::millis).toList()),
            Median.of(begun.stream().map(Begun::cpuMillis).toList()));
  }
}
