package io.usher.benchmarks.api;

import io.usher.benchmarks.Figure;
import io.usher.benchmarks.api.ApiBench.Setting;
import io.usher.benchmarks.api.Clients.Result;
import java.util.List;

/** Creates, and lists of 10,000 objects, where both servers keep them in an etcd. */
final class EtcdStored {

  private static final double BAR = 1;
  private static final String CREATED = "creates";
  private static final String LISTED = "lists";

  private EtcdStored() {}

  static void measure(Setting setting) throws Exception {
    Effort effort = setting.effort();
    try (Api real = setting.servers().real();
        Api usher = setting.servers().usherWithEtcd()) {
      List<Api> both = List.of(real, usher);
      for (Api each : both) {
        each.namespace(CREATED);
        each.namespace(LISTED);
      }
      Rounds<Result> creates =
          Rounds.of(
              both,
              effort.warmUps(),
              effort.rounds(),
              (api, round) -> {
                Result result = Creates.create(api, CREATED, effort.creates(), round);
                Creates.delete(api, CREATED, effort.creates(), round);
                return result;
              });
      report(setting, "create", creates, usher, real);
      for (Api each : both) {
        Creates.create(each, LISTED, Reads.OBJECTS, 0);
      }
      Rounds<Result> lists =
          Rounds.of(
              both,
              effort.warmUps(),
              effort.rounds(),
              (api, round) -> Reads.list(api, LISTED, Reads.OBJECTS, effort.lists()));
      report(setting, "list of 10,000", lists, usher, real);
    }
  }

  private static void report(
      Setting setting, String what, Rounds<Result> rounds, Api usher, Api real) {
    setting
        .report()
        .add(
            Figure.atLeast(
                usher.name() + ", " + what + "s/s",
                rounds.ratio(usher, real, Result::rate),
                "x",
                BAR,
                rounds.remark(usher, real, Result::rate, "/s")));
    setting
        .report()
        .add(
            Figure.told(
                usher.name() + ", " + what + " p99",
                rounds.ratio(usher, real, Result::p99Millis),
                "x",
                rounds.remark(usher, real, Result::p99Millis, "ms")));
  }
}
