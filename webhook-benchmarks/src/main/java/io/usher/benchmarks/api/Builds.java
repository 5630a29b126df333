package io.usher.benchmarks.api;

import io.usher.benchmarks.Comparison;
import io.usher.benchmarks.Median;
import io.usher.benchmarks.api.ApiBench.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** This build's start and memory against another build's. */
final class Builds {

  private static final double BAR = 1.1;

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
