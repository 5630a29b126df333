package io.usher.benchmarks.api;

import io.usher.benchmarks.Comparison;
import io.usher.benchmarks.Median;
import io.usher.benchmarks.api.ApiBench.Setting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** This build's start, memory and requests against another build's. */
final class Builds {

  private static final double BAR = 1.1;
  private static final String NAMESPACE = "builds";

  /** The other build has two turns a round: both are to be warm before the first. */
  private static final int WARM_UPS = 3;

  private Builds() {}

  static void measure(Setting setting, Servers other) throws Exception {
    var comparison = new Comparison<>(other, setting.servers());
    // The first round warms the disk's cache and this client.
    start(other, 1);
    start(setting.servers(), 1);
    Effort effort = setting.effort();
    for (int round = 1; round <= effort.comparisons(); round++) {
      System.out.println("round " + round + " of " + effort.comparisons());
      comparison.round(servers -> start(servers, effort.starts()));
      comparison.round(servers -> memory(servers, effort));
    }
    comparison.report(setting.report(), BAR);
    requests(setting, other);
  }

  /** One server of each build, which take turns. */
  private static void requests(Setting setting, Servers other) throws Exception {
    Effort effort = setting.effort();
    System.out.println("requests");
    try (Api before = other.usher();
        Api now = setting.servers().usher()) {
      for (Api each : List.of(before, now)) {
        each.namespace(NAMESPACE);
        Creates.create(each, NAMESPACE, Reads.OBJECTS, 0);
        for (int turn = 0; turn < WARM_UPS * effort.warmUps(); turn++) {
          requests(each, effort);
        }
      }
      var comparison = new Comparison<>(before, now);
      for (int round = 0; round < effort.rounds(); round++) {
        comparison.round(api -> requests(api, effort));
      }
      comparison.report(setting.report(), BAR);
    }
  }

  private static Map<String, Double> requests(Api api, Effort effort) throws IOException {
    var figures = new LinkedHashMap<String, Double>();
    figures.put("create (us)", micros(Creates.create(api, NAMESPACE, effort.creates(), 1)));
    Creates.delete(api, NAMESPACE, effort.creates(), 1);
    figures.put(
        "get (us)", micros(Reads.get(api, NAMESPACE, Reads.OBJECTS, effort.readSeconds(), 1)));
    figures.put(
        "list of 10,000 (us)", micros(Reads.list(api, NAMESPACE, Reads.OBJECTS, effort.lists())));
    return figures;
  }

  /** From one answer to the next. */
  private static double micros(Clients.Result result) {
    return TimeUnit.SECONDS.toMicros(1) / result.rate();
  }

  private static Map<String, Double> start(Servers servers, int starts) throws Exception {
    var millis = new ArrayList<Double>();
    var cpuMillis = new ArrayList<Double>();
    for (int start = 0; start < starts; start++) {
      FirstList.Begun begun = FirstList.begin(servers::usher);
      millis.add(begun.millis());
      cpuMillis.add(begun.cpuMillis());
    }
    var figures = new LinkedHashMap<String, Double>();
    figures.put("start to first list (ms)", Median.of(millis));
    figures.put("start, processor time (ms)", Median.of(cpuMillis));
    return figures;
  }

  private static Map<String, Double> memory(Servers servers, Effort effort) throws Exception {
    try (Api api = servers.usher()) {
      var figures = new LinkedHashMap<String, Double>();
      try (ApiConnection connection = ApiConnection.open(api)) {
        connection.get(FirstList.PATH);
      }
      settle(effort);
      figures.put("resident after the start (MB)", api.residentMegabytes());
      Footprint.fill(api);
      settle(effort);
      figures.put("resident with 10,000 objects (MB)", api.residentMegabytes());
      return figures;
    }
  }

  private static void settle(Effort effort) {
    Pacer.pause(TimeUnit.SECONDS.toNanos(effort.settleSeconds()));
  }
}
