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

/**
 * This build against the build of another commit: the served path, the start and the memory, in
 * turns within one run. The other build takes two turns in each round, so its difference from
 * itself tells what this machine's noise is.
 */
final class Against {

  /** Turns of new processes: the JIT compiler decides anew in each. */
  private static final int ROUNDS = 3;

  private static final double BAR = 1.05;

  private final Setting setting;
  private final Servers other;
  private final Map<String, List<Round>> rounds = new LinkedHashMap<>();

  private Against(Setting setting, Servers other) {
    this.setting = setting;
    this.other = other;
  }

  /** What one round measured, the less the better: the other build twice, and this one. */
  private record Round(double before, double beforeAgain, double after) {

    double ratio() {
      return after / ((before + beforeAgain) / 2);
    }

    double spread() {
      return Math.max(before / beforeAgain, beforeAgain / before);
    }
  }

  /** Measures one server build; the key of each figure is its name. */
  private interface Turn {
    Map<String, Double> measure(Servers servers) throws IOException;
  }

  /**
   * The server that was built in this worktree.
   *
   * @throws IllegalArgumentException if none was
   */
  static Path builtIn(Path worktree) {
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

  static void measure(Setting setting, Servers other) throws IOException {
    var against = new Against(setting, other);
    for (int round = 1; round <= ROUNDS; round++) {
      System.out.println("round " + round + " of " + ROUNDS);
      against.round(against::served);
      against.round(against::memory);
      against.round(against::start);
    }
    against.report();
  }

  private void round(Turn turn) throws IOException {
    Map<String, Double> before = turn.measure(other);
    Map<String, Double> after = turn.measure(setting.servers());
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

  private void report() {
    rounds.forEach(
        (name, turns) -> {
          double spread = turns.stream().mapToDouble(Round::spread).max().orElse(Double.NaN);
          double ratio = Median.of(turns.stream().map(Round::ratio).toList());
          setting
              .report()
              .add(Figure.barred(name, ratio, "x", Math.max(BAR, spread), remark(turns)));
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
