package io.usher.benchmarks.api;

import io.usher.benchmarks.Figure;
import io.usher.benchmarks.api.ApiBench.Setting;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;

/** The memory that a server has resident with 10,000 objects of 2 KB, created and listed once. */
final class Footprint {

  private static final double BAR = 0.5;
  private static final String NAMESPACE = "footprint";

  private Footprint() {}

  private record Megabytes(double now, double peak) {}

  private interface Starter {
    Api start() throws IOException, GeneralSecurityException;
  }

  static void measure(Setting setting) throws Exception {
    Megabytes real = megabytes(setting, setting.servers()::real);
    Megabytes usher = megabytes(setting, setting.servers()::usher);
    setting
        .report()
        .add(
            Figure.barred(
                "resident with 10,000 objects",
                usher.now / real.now,
                "x",
                BAR,
                "%.0f MB against %.0f MB; at most %.0f MB against %.0f MB"
                    .formatted(usher.now, real.now, usher.peak, real.peak)));
  }

  private static Megabytes megabytes(Setting setting, Starter starter) throws Exception {
    try (Api api = starter.start()) {
      fill(api);
      Pacer.pause(TimeUnit.SECONDS.toNanos(setting.effort().settleSeconds()));
      return new Megabytes(api.residentMegabytes(), api.peakMegabytes());
    }
  }

  /** Has a server create so many objects, and list them once. */
  static void fill(Api api) throws IOException {
    api.namespace(NAMESPACE);
    Creates.create(api, NAMESPACE, Reads.OBJECTS, 0);
    Reads.list(api, NAMESPACE, Reads.OBJECTS, 1);
  }
}
