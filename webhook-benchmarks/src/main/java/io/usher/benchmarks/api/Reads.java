package io.usher.benchmarks.api;

import io.usher.benchmarks.Figure;
import io.usher.benchmarks.api.ApiBench.Setting;
import io.usher.benchmarks.api.Clients.Result;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Gets by eight clients, and lists by one, of 10,000 objects of 2 KB. */
final class Reads {

  static final int OBJECTS = 10_000;
  private static final double BAR = 1.5;
  private static final String NAMESPACE = "reads";

  private Reads() {}

  static void measure(Setting setting) throws Exception {
    Effort effort = setting.effort();
    try (Api real = setting.servers().real();
        Api usher = setting.servers().usher()) {
      List<Api> both = List.of(real, usher);
      for (Api each : both) {
        each.namespace(NAMESPACE);
        Creates.create(each, NAMESPACE, OBJECTS, 0);
      }
      Rounds<Result> gets =
          Rounds.of(
              both,
              effort.warmUps(),
              effort.rounds(),
              (api, round) -> get(api, NAMESPACE, OBJECTS, effort.readSeconds(), round));
      Rounds<Result> lists =
          Rounds.of(
              both,
              effort.warmUps(),
              effort.rounds(),
              (api, round) -> list(api, NAMESPACE, OBJECTS, effort.lists()));
      report(setting, "get", gets, usher, real);
      report(setting, "list of 10,000", lists, usher, real);
    }
  }

  private static void report(
      Setting setting, String what, Rounds<Result> rounds, Api usher, Api real) {
    setting
        .report()
        .add(
            Figure.atLeast(
                what + "s/s",
                rounds.ratio(usher, real, Result::rate),
                "x",
                BAR,
                rounds.remark(usher, real, Result::rate, "/s")));
    setting
        .report()
        .add(
            Figure.told(
                what + " p99",
                rounds.ratio(usher, real, Result::p99Millis),
                "x",
                rounds.remark(usher, real, Result::p99Millis, "ms")));
  }

  /** Gets objects at random for a while. */
  static Result get(Api api, String namespace, int objects, int seconds, int seed)
      throws IOException {
    return Clients.run(
        api,
        Clients.COUNT,
        client -> {
          var random = new SplittableRandom(seed * 31L + client.index());
          long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
          while (System.nanoTime() < end) {
            String path =
                ConfigMaps.path(namespace) + '/' + Creates.name(0, random.nextInt(objects));
            client.timed(connection -> connection.get(path));
          }
        });
  }

  /** Lists all objects some times, and looks whether the last list has them all. */
  static Result list(Api api, String namespace, int objects, int times) throws IOException {
    return Clients.run(
        api,
        1,
        client -> {
          for (int i = 0; i < times; i++) {
            client.timed(connection -> connection.get(ConfigMaps.path(namespace)));
          }
          client.untimed(
              connection -> {
                int listed = connection.count("\"uid\":");
                // The namespace's ConfigMap of the CA is there where its controller runs.
                if (listed < objects || listed > objects + 1) {
                  throw new IOException(listed + " objects are listed, not " + objects);
                }
              });
        });
  }
}
