package io.usher.benchmarks;

import io.usher.benchmarks.Bench.Setting;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** What one review allocates, bytes to bytes, as a multiple of its body; and how long it takes. */
final class Allocation {

  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /** A spike took 7x and 4x; a tree of everything takes 12x. */
  private static double bar(Body body) {
    return switch (body) {
      case KB_6 -> 8.0;
      case KB_60 -> 5.0;
    };
  }

  private Allocation() {}

  static void measure(Setting setting, Path directory) throws RunnerException {
    var options =
        new OptionsBuilder()
            .include(ReviewBenchmark.class.getName())
            .addProfiler(GCProfiler.class)
            .warmupIterations(setting.effort().jmhWarmups())
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(setting.effort().jmhIterations())
            .measurementTime(TimeValue.seconds(1))
            .shouldFailOnError(true)
            .output(directory.resolve("jmh.log").toString())
            .build();
    Collection<RunResult> results = new Runner(options).run();
    for (RunResult result : results) {
      report(setting.report(), result);
    }
  }

  private static void report(Report report, RunResult result) {
    Body body = Body.valueOf(result.getParams().getParam("size"));
    String benchmark = result.getPrimaryResult().getLabel();
    double bytes = Objects.requireNonNull(result.getSecondaryResults().get(ALLOCATED)).getScore();
    String name = "allocated, " + benchmark + ", " + body.label();
    double multiple = bytes / body.bytes().length;
    String remark = "%,.0f bytes; %.0f us".formatted(bytes, result.getPrimaryResult().getScore());
    report.add(
        benchmark.equals("tree")
            ? Figure.barred(name, multiple, "body", bar(body), remark)
            : Figure.told(name, multiple, "body", remark));
  }
}
