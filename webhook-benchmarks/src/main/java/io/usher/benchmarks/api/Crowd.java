package io.usher.benchmarks.api;

import io.usher.benchmarks.Figure;
import io.usher.benchmarks.api.ApiBench.Setting;
import io.usher.benchmarks.api.Clients.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a get takes while many other clients have begun requests or wait for changes. */
final class Crowd {

  private static final int OBJECTS = 1000;
  private static final int IDLE_WATCHES = 800;
  private static final int UNFINISHED = 300;

  /** What two servers of the same kind may differ by in one run. */
  private static final double BAR = 1.2;

  private static final String NAMESPACE = "crowd";

  private Crowd() {}

  static void measure(Setting setting) throws Exception {
    Effort effort = setting.effort();
    try (Api calm = setting.servers().usher();
        Api crowded = setting.servers().usher()) {
      List<Api> both = List.of(calm, crowded);
      for (Api each : both) {
        each.namespace(NAMESPACE);
        Creates.create(each, NAMESPACE, OBJECTS, 0);
      }
      Rounds<Result> rounds =
          Rounds.of(
              both,
              effort.warmUps(),
              effort.rounds(),
              (api, round) ->
                  api == calm
                      ? Reads.get(api, NAMESPACE, OBJECTS, effort.readSeconds(), round)
                      : inCrowd(api, effort.readSeconds(), round));
      setting
          .report()
          .add(
              Figure.barred(
                  "get beside 300 requests, 800 watches",
                  rounds.ratio(calm, crowded, Result::rate),
                  "x",
                  BAR,
                  rounds.remark(crowded, calm, Result::p99Millis, "ms p99")));
    }
  }

  private static Result inCrowd(Api api, int seconds, int round) throws IOException {
    var unfinished = new ArrayList<ApiConnection>();
    try (WatchFleet fleet = WatchFleet.open(api, Collections.nCopies(IDLE_WATCHES, NAMESPACE))) {
      for (int i = 0; i < UNFINISHED; i++) {
        ApiConnection connection = ApiConnection.open(api);
        unfinished.add(connection);
        connection.postHalf(ConfigMaps.path(NAMESPACE), ConfigMaps.object("half"));
      }
      Result result = Reads.get(api, NAMESPACE, OBJECTS, seconds, round);
      fleet.requireOpen();
      return result;
    } finally {
      for (ApiConnection each : unfinished) {
        each.close();
      }
    }
  }
}
