package io.usher.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.usher.benchmarks.Bench.Setting;
import io.usher.benchmarks.rules.DoorRule;
import io.usher.benchmarks.rules.TreeRule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The doors beside admission on one server, in turns: how many TokenReviews and
 * SubjectAccessReviews it answers for each AdmissionReview of 6 KB.
 */
final class ServedDoors {

  private static final double BAR = 1.2;

  private static final String TOKEN_REVIEW =
      """
      {"kind":"TokenReview","apiVersion":"authentication.k8s.io/v1","metadata":{},"spec":{"token":"%s"},"status":{"user":{}}}"""
          .formatted(DoorRule.TOKEN);

  private static final String ACCESS_REVIEW =
      """
      {"kind":"SubjectAccessReview","apiVersion":"authorization.k8s.io/v1","metadata":{},"spec":{"resourceAttributes":{"namespace":"shop","verb":"get","version":"v1","resource":"pods","name":"web"},"user":"alice","groups":["developers","system:authenticated"]},"status":{"allowed":false}}""";

  private ServedDoors() {}

  static void measure(Setting setting) throws IOException {
    List<String> first = setting.cores().onFirst();
    setting.cores().moveToSecond();
    try (ServerProcess server = setting.servers().usherDoors(first)) {
      int port = server.awaitPort();
      var admission =
          new Turns(new Load(setting.tls(), port, TreeRule.WEBHOOK, Body.KB_6), new ArrayList<>());
      Turns tokens = turns(setting, port, DoorRule.AUTHENTICATE, TOKEN_REVIEW, "authenticated");
      Turns access = turns(setting, port, DoorRule.AUTHORIZE, ACCESS_REVIEW, "allowed");
      List<Turns> all = List.of(admission, tokens, access);
      for (int second = 0; second < setting.effort().warmupSeconds(); second++) {
        for (Turns each : all) {
          each.load.closedLoop(Duration.ofMillis(333));
        }
      }
      for (int round = 0; round < setting.effort().rounds(); round++) {
        for (Turns each : all) {
          each.results.add(
              each.load.closedLoop(Duration.ofSeconds(setting.effort().roundSeconds())));
        }
      }
      report(setting, "TokenReview", tokens, admission);
      report(setting, "SubjectAccessReview", access, admission);
    } finally {
      setting.cores().moveToBoth();
    }
  }

  private static Turns turns(Setting setting, int port, String path, String body, String member) {
    return new Turns(
        new Load(
            setting.tls(),
            port,
            path,
            body.getBytes(UTF_8),
            answer -> Answers.requireStatus(answer, member)),
        new ArrayList<>());
  }

  private static void report(Setting setting, String kind, Turns door, Turns admission) {
    var ratios = new ArrayList<Double>();
    for (int round = 0; round < door.results.size(); round++) {
      ratios.add(door.results.get(round).rate() / admission.results.get(round).rate());
    }
    setting
        .report()
        .add(
            Figure.atLeast(
                "served, " + kind + " by AdmissionReview of 6 KB",
                Median.of(ratios),
                "x",
                BAR,
                "%,.0f/s, p99 %.1f ms, by %,.0f/s"
                    .formatted(door.rate(), door.p99Millis(), admission.rate())));
  }

  /**
   * A path with what was measured of it.
   *
   * @param results one for each round
   */
  private record Turns(Load load, List<Load.Result> results) {

    double rate() {
      return Median.of(results.stream().map(Load.Result::rate).toList());
    }

    double p99Millis() {
      return Median.of(results.stream().map(Load.Result::p99Millis).toList());
    }
  }
}
