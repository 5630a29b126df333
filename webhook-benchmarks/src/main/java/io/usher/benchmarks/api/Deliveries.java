package io.usher.benchmarks.api;

import io.usher.benchmarks.Figure;
import io.usher.benchmarks.api.ApiBench.Setting;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** How long a change takes to its watchers: many of one namespace, and many of one each. */
final class Deliveries {

  private static final int ONE_NAMESPACE = 200;
  private static final int A_NAMESPACE_EACH = 1000;

  /** Changes a second. */
  private static final int RATE = 20;

  /** With a watcher for each change, so that there are enough deliveries. */
  private static final int RATE_OF_EACH = 100;

  private static final int WRITERS = 4;

  /**
   * So many times the turns before it counts, at so many times the rate: a JVM compiles for minutes
   * at the rate itself, and what opens a watch runs only once for each.
   */
  private static final int WARM_UP = 3;

  private Deliveries() {}

  static void measure(Setting setting) throws Exception {
    List<String> shared = Collections.nCopies(ONE_NAMESPACE, namespace(0));
    List<String> each =
        IntStream.range(0, A_NAMESPACE_EACH).mapToObj(Deliveries::namespace).toList();
    try (Api real = setting.servers().real();
        Api usher = setting.servers().usher()) {
      for (Api api : List.of(real, usher)) {
        prepare(api);
      }
      measure(setting, real, usher, "200 watchers of one namespace", shared, RATE);
      measure(setting, real, usher, "1,000 watchers of one each", each, RATE_OF_EACH);
    }
  }

  private static String namespace(int index) {
    return "watched-%04d".formatted(index);
  }

  private static void prepare(Api api) throws IOException {
    Clients.run(
        api,
        Clients.COUNT,
        client -> {
          for (int i = client.index(); i < A_NAMESPACE_EACH; i += Clients.COUNT) {
            String name = namespace(i);
            client.untimed(
                connection -> {
                  Api.namespace(connection, name);
                  connection.post(ConfigMaps.path(name), ConfigMaps.object("map"));
                });
          }
        });
  }

  private static void measure(
      Setting setting, Api real, Api usher, String what, List<String> watched, int rate)
      throws Exception {
    Effort effort = setting.effort();
    int warmUps = WARM_UP * effort.warmUps();
    Rounds<Double> rounds =
        Rounds.of(
            List.of(real, usher),
            warmUps,
            effort.watchRounds(),
            (api, round) ->
                p99Millis(
                    api, watched, round < warmUps ? WARM_UP * rate : rate, effort.watchSeconds()));
    setting
        .report()
        .add(
            Figure.barred(
                what + ", p99",
                rounds.ratio(usher, real, millis -> millis),
                "x",
                1,
                rounds.remark(usher, real, millis -> millis, "ms")));
  }

  /** Opens watches, changes what they watch for a while, and closes them. */
  private static double p99Millis(Api api, List<String> watched, int rate, int seconds)
      throws IOException {
    List<String> namespaces = watched.stream().distinct().toList();
    int changes = rate * seconds;
    try (WatchFleet fleet = WatchFleet.open(api, watched)) {
      Clients.run(
          api,
          WRITERS,
          client -> {
            var pacer = new Pacer(rate);
            for (int i = client.index(); i < changes; i += WRITERS) {
              String path = ConfigMaps.path(namespaces.get(i % namespaces.size())) + "/map";
              pacer.await(i);
              client.timed(connection -> connection.put(path, ConfigMaps.object("map")));
            }
          });
      return fleet.p99Millis((long) changes * watched.size() / namespaces.size());
    }
  }
}
