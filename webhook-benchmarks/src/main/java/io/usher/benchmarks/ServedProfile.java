package io.usher.benchmarks;

import io.usher.benchmarks.Bench.Setting;
import io.usher.benchmarks.rules.TreeRule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Where the time of a served request goes: a flight recording of a server under load. */
final class ServedProfile {

  private ServedProfile() {}

  static void measure(Setting setting, Path directory) throws IOException {
    setting.cores().moveToSecond();
    try {
      for (Body body : Body.values()) {
        Path recording = directory.resolve(body + ".jfr");
        record(setting, body, recording);
        System.out.printf("%nserved, tree rule, %s%n", body.label());
        ReviewProfile.print(recording, System.out);
      }
    } finally {
      setting.cores().moveToBoth();
    }
  }

  private static void record(Setting setting, Body body, Path recording) throws IOException {
    try (ServerProcess server = setting.servers().usherTree(setting.cores().onFirst())) {
      var load = new Load(setting.tls(), server.awaitPort(), TreeRule.WEBHOOK, body);
      load.closedLoop(Duration.ofSeconds(setting.effort().warmupSeconds()));
      server.jcmd("JFR.start", "name=bench", "settings=profile");
      load.closedLoop(Duration.ofSeconds(setting.effort().pairSeconds()));
      server.jcmd("JFR.stop", "name=bench", "filename=" + recording);
    }
  }
}
