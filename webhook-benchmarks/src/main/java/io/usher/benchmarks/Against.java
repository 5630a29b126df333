package io.usher.benchmarks;

import io.usher.benchmarks.Bench.Setting;
import io.usher.benchmarks.rules.TreeRule;
import io.usher.benchmarks.rules.TypedRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** This build against the build of another commit: the served path, the start and the memory. */
public final class Against {

  /** Turns of new processes: the JIT compiler decides anew in each. */
  private static final int ROUNDS = 3;

  private static final double BAR = 1.05;

  private final Setting setting;

  private Against(Setting setting) {
    this.setting = setting;
  }

  /**
   * The server that was built in this worktree.
   *
   * @throws IllegalArgumentException if none was
   */
  public static Path builtIn(Path worktree) {
    // An older layout built it in another module.
    return Stream.of("webhook-cli", "webhook-server")
        .map(module -> worktree.resolve(module).resolve("target").resolve("usher.jar"))
        .filter(Files::exists)
        .findFirst()
        .map(Path::toAbsolutePath)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--against " + worktree + ": it holds no usher.jar; run 'make build' there"));
  }

  static void measure(Setting setting, Servers other) throws Exception {
    var against = new Against(setting);
    var comparison = new Comparison<>(other, setting.servers());
    for (int round = 1; round <= ROUNDS; round++) {
      System.out.println("round " + round + " of " + ROUNDS);
      comparison.round(against::served);
      comparison.round(against::memory);
      comparison.round(against::start);
    }
    comparison.report(setting.report(), BAR);
  }

  /** Microseconds of a request, the server alone on the first core. */
  private Map<String, Double> served(Servers servers) throws IOException {
    List<String> first = setting.cores().onFirst();
    setting.cores().moveToSecond();
    try (ServerProcess server = servers.usherBoth(first)) {
      int port = server.awaitPort();
      var loads = new LinkedHashMap<String, Load>();
      for (Body body : Body.values()) {
        loads.put(
            "served, tree rule, " + body.label(),
            new Load(setting.tls(), port, TreeRule.WEBHOOK, body));
        loads.put(
            "served, typed rule, " + body.label(),
            new Load(setting.tls(), port, TypedRule.WEBHOOK, body));
      }
      for (int second = 0; second < setting.effort().warmupSeconds(); second++) {
        for (Load load : loads.values()) {
          load.closedLoop(Duration.ofMillis(1000 / loads.size()));
        }
      }
      var figures = new LinkedHashMap<String, Double>();
      for (Map.Entry<String, Load> load : loads.entrySet()) {
        Duration half = Duration.ofSeconds(setting.effort().roundSeconds());
        figures.put(load.getKey() + " (us)", 1e6 / load.getValue().closedLoop(half).rate());
      }
      return figures;
    } finally {
      setting.cores().moveToBoth();
    }
  }

  private Map<String, Double> memory(Servers servers) throws IOException {
    try (ServerProcess server = servers.usherTree(setting.cores().onBoth(), Memory.HEAP)) {
      Memory.load(setting, server);
      return Map.of("resident under load at " + Memory.HEAP + " (MB)", server.peakMegabytes());
    }
  }

  private Map<String, Double> start(Servers servers) throws IOException {
    var begun = new ArrayList<Start.Begun>();
    for (int start = 0; start < setting.effort().starts(); start++) {
      begun.add(Start.begin(setting, servers::usherTree));
    }
    var figures = new LinkedHashMap<String, Double>();
    figures.put("start to first answer (ms)", median(begun, Start.Begun::millis));
    figures.put("start, processor time (ms)", median(begun, Start.Begun::cpuMillis));
    return figures;
  }

  private static double median(List<Start.Begun> begun, ToDoubleFunction<Start.Begun> figure) {
    return Median.of(begun.stream().map(figure::applyAsDouble).toList());
  }
}
