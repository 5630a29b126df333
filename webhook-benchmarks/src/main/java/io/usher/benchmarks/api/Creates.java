package io.usher.benchmarks.api;

import io.usher.benchmarks.Figure;
import io.usher.benchmarks.api.ApiBench.Setting;
import io.usher.benchmarks.api.Clients.Result;
import java.io.IOException;
import java.util.List;

/** Eight clients that create objects of 2 KB as fast as they are answered. */
final class Creates {

  private static final double MEMORY_BAR = 2;
  private static final double FILE_BAR = 1;
  private static final String NAMESPACE = "creates";

  private Creates() {}

  static void measure(Setting setting) throws Exception {
    Effort effort = setting.effort();
    try (Api real = setting.servers().real();
        Api memory = setting.servers().usher();
        Api file = setting.servers().usherWithFile()) {
      for (Api each : List.of(real, memory, file)) {
        each.namespace(NAMESPACE);
      }
      Rounds<Result> rounds =
          Rounds.of(
              List.of(real, memory, file),
              effort.warmUps(),
              effort.rounds(),
              (api, round) -> {
                Result result = create(api, NAMESPACE, effort.creates(), round);
                delete(api, NAMESPACE, effort.creates(), round);
                return result;
              });
      report(setting, rounds, memory, real, MEMORY_BAR);
      report(setting, rounds, file, real, FILE_BAR);
    }
  }

  private static void report(
      Setting setting, Rounds<Result> rounds, Api usher, Api real, double bar) {
    setting
        .report()
        .add(
            Figure.atLeast(
                usher.name() + ", creates/s",
                rounds.ratio(usher, real, Result::rate),
                "x",
                bar,
                rounds.remark(usher, real, Result::rate, "/s")));
    setting
        .report()
        .add(
            Figure.barred(
                usher.name() + ", create p99",
                rounds.ratio(usher, real, Result::p99Millis),
                "x",
                1 / bar,
                rounds.remark(usher, real, Result::p99Millis, "ms")));
  }

  /** Creates objects; their names differ by round. */
  static Result create(Api api, String namespace, int count, int round) throws IOException {
    String path = ConfigMaps.path(namespace);
    return Clients.run(
        api,
        Clients.COUNT,
        client -> {
          for (int i = client.index(); i < count; i += Clients.COUNT) {
            byte[] object = ConfigMaps.object(name(round, i));
            client.timed(connection -> connection.post(path, object));
          }
        });
  }

  static void delete(Api api, String namespace, int count, int round) throws IOException {
    Clients.run(
        api,
        Clients.COUNT,
        client -> {
          for (int i = client.index(); i < count; i += Clients.COUNT) {
            String path = ConfigMaps.path(namespace) + '/' + name(round, i);
            client.timed(connection -> connection.delete(path));
          }
        });
  }

  static String name(int round, int index) {
    return "map-%03d-%06d".formatted(round, index);
  }
}
