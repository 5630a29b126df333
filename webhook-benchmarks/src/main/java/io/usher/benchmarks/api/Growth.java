package io.usher.benchmarks.api;

import io.usher.benchmarks.Figure;
import io.usher.benchmarks.api.ApiBench.Setting;
import io.usher.benchmarks.api.Clients.Result;
import java.util.List;

/** What a request costs where there are four times as many objects. */
final class Growth {

  private static final int FEW = 10_000;
  private static final int MANY = 40_000;
  private static final double BAR = 1.3;
  private static final String NAMESPACE = "growth";
  private static final String OTHER = "creates";

  private Growth() {}

  /** What was measured of one server in one round, as seconds for each. */
  private record Costs(double get, double create, double listedObject) {}

  static void measure(Setting setting) throws Exception {
    Effort effort = setting.effort();
    try (Api few = setting.servers().usher();
        Api many = setting.servers().usher()) {
      for (Api each : List.of(few, many)) {
        each.namespace(NAMESPACE);
        each.namespace(OTHER);
        Creates.create(each, NAMESPACE, each == few ? FEW : MANY, 0);
      }
      Rounds<Costs> rounds =
          Rounds.of(
              List.of(few, many),
              effort.warmUps(),
              effort.rounds(),
              (api, round) -> costs(effort, api, api == few ? FEW : MANY, round));
      report(setting, "get", rounds.ratio(many, few, Costs::get));
      report(setting, "create", rounds.ratio(many, few, Costs::create));
      report(setting, "list, per object", rounds.ratio(many, few, Costs::listedObject));
    }
  }

  private static Costs costs(Effort effort, Api api, int objects, int round) throws Exception {
    Result gets = Reads.get(api, NAMESPACE, objects, effort.readSeconds(), round);
    Result creates = Creates.create(api, OTHER, effort.creates(), round);
    Creates.delete(api, OTHER, effort.creates(), round);
    Result lists = Reads.list(api, NAMESPACE, objects, effort.lists());
    return new Costs(1 / gets.rate(), 1 / creates.rate(), 1 / lists.rate() / objects);
  }

  private static void report(Setting setting, String what, double ratio) {
    setting.report().add(Figure.barred(what + ", 40,000 / 10,000 objects", ratio, "x", BAR, ""));
  }
}
