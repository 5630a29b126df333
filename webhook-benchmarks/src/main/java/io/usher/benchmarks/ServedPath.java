package io.usher.benchmarks;

import io.usher.benchmarks.Bench.Setting;
import io.usher.benchmarks.rules.TreeRule;
import io.usher.benchmarks.rules.TypedRule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The time of a request on the served path: each server has the first core to itself, the load
 * comes from the second. Servers take turns, so that whatever else the machine does hits all; a
 * ratio is that of two neighbours in one round.
 */
final class ServedPath {

  private static double bar(Body body) {
    return switch (body) {
      case KB_6 -> 1.6;
      case KB_60 -> 1.8;
    };
  }

  private ServedPath() {}

  static void measure(Setting setting) throws IOException {
    List<String> first = setting.cores().onFirst();
    setting.cores().moveToSecond();
    try (ServerProcess jetty = setting.servers().bareJetty(first);
        ServerProcess tree = setting.servers().usherTree(first);
        ServerProcess typed = setting.servers().usherTyped(first)) {
      var bare = new Candidate(setting, jetty, TreeRule.WEBHOOK);
      var usherTree = new Candidate(setting, tree, TreeRule.WEBHOOK);
      var usherTyped = new Candidate(setting, typed, TypedRule.WEBHOOK);
      for (Candidate candidate : List.of(bare, usherTree, usherTyped)) {
        candidate.warmUp();
      }
      for (int round = 0; round < setting.effort().rounds(); round++) {
        for (Body body : Body.values()) {
          for (Candidate candidate : List.of(bare, usherTree, usherTyped)) {
            candidate.measure(body);
          }
        }
      }
      for (Body body : Body.values()) {
        report(setting.report(), body, bare, usherTree, usherTyped);
      }
    } finally {
      setting.cores().moveToBoth();
    }
  }

  private static void report(
      Report report, Body body, Candidate bare, Candidate tree, Candidate typed)
      throws IOException {
    report.add(
        Figure.told(
            "served, bare Jetty, " + body.label(), 1e6 / bare.rate(body), "us", bare.remark(body)));
    report.add(
        Figure.barred(
            "served, tree rule, " + body.label(),
            ratio(tree, bare, body),
            "x",
            bar(body),
            tree.remark(body)));
    report.add(
        Figure.told(
            "served, typed rule, " + body.label(),
            ratio(typed, bare, body),
            "x",
            typed.remark(body)));
  }

  private static double ratio(Candidate slower, Candidate faster, Body body) {
    var ratios = new ArrayList<Double>();
    for (int round = 0; round < slower.turns(body).size(); round++) {
      ratios.add(
          faster.turns(body).get(round).load.rate() / slower.turns(body).get(round).load.rate());
    }
    return Median.of(ratios);
  }

  /**
   * One server's turn.
   *
   * @param load what was answered
   * @param busy the share of its core that the server took
   */
  private record Turn(Load.Result load, double busy) {}

  /** A server with what was measured of it. */
  private static final class Candidate {

    private final Setting setting;
    private final ServerProcess server;
    private final Map<Body, Load> loads = new EnumMap<>(Body.class);
    private final Map<Body, List<Turn>> rounds = new EnumMap<>(Body.class);

    Candidate(Setting setting, ServerProcess server, String webhook) throws IOException {
      this.setting = setting;
      this.server = server;
      int port = server.awaitPort();
      for (Body body : Body.values()) {
        loads.put(body, new Load(setting.tls(), port, webhook, body));
        rounds.put(body, new ArrayList<>());
      }
    }

    /** Both bodies in turn, as the rounds have them. */
    void warmUp() throws IOException {
      for (int second = 0; second < setting.effort().warmupSeconds(); second++) {
        for (Load load : loads.values()) {
          load.closedLoop(Duration.ofMillis(1000 / loads.size()));
        }
      }
    }

    void measure(Body body) throws IOException {
      Duration before = server.cpuTime();
      Load.Result result =
          Objects.requireNonNull(loads.get(body))
              .closedLoop(Duration.ofSeconds(setting.effort().roundSeconds()));
      double busy = server.cpuTime().minus(before).toNanos() / 1e9 / result.seconds();
      turns(body).add(new Turn(result, busy));
    }

    List<Turn> turns(Body body) {
      return Objects.requireNonNull(rounds.get(body));
    }

    double rate(Body body) {
      return Median.of(turns(body).stream().map(turn -> turn.load.rate()).toList());
    }

    String remark(Body body) throws IOException {
      List<Turn> turns = turns(body);
      double busy = Median.of(turns.stream().map(Turn::busy).toList());
      return "%,.0f/s, p99 %.1f ms, %.0f us of its core (%.0f %% busy), %s collector"
          .formatted(
              rate(body),
              Median.of(turns.stream().map(turn -> turn.load.p99Millis()).toList()),
              1e6 * busy / rate(body),
              100 * busy,
              server.collector());
    }
  }
}
